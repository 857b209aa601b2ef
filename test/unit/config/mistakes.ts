// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a configuration, not of JavaScript.
/** Typical mistakes and what hapax says about them (mistakes.test.ts). */

export interface Mistake {
  readonly name: string;
  /** Lines of the right file, counted from 1, and what stands in their place. */
  readonly change: Readonly<Record<number, readonly string[]>>;
  readonly expected: readonly string[];
  /** Default: 1. */
  readonly exitCode?: number;
}

export const MISTAKES: readonly Mistake[] = [
  {
    name: 'a misspelt keyword',
    change: { 8: ['    default_backed app'] },
    expected: [
      "[ALERT]    parsing [web.cfg:8] : unknown keyword 'default_backed' in 'frontend' section; did you mean 'default_backend' maybe ?",
      '   |     default_backed app',
      '   |     ^^^^^^^^^^^^^^',
    ],
  },
  {
    name: 'a misspelt option of a server',
    change: { 11: ['    server app1 10.0.0.1:80 chekc inter 2s'] },
    expected: [
      "[ALERT]    [web.cfg:11] : 'server app/app1' : unknown keyword 'chekc'; did you mean 'check' maybe ?",
      '   |     server app1 10.0.0.1:80 chekc inter 2s',
      '   |                             ^^^^^',
    ],
  },
  {
    name: 'a value after an equals sign',
    change: { 11: ['    server app1 10.0.0.1:80 check weight=10'] },
    expected: [
      "[ALERT]    [web.cfg:11] : 'server app/app1' : unknown keyword 'weight=10'; did you mean 'weight' maybe ?",
      '   |     server app1 10.0.0.1:80 check weight=10',
      '   |                                   ^^^^^^^^^',
      '   | help: Write "weight 10".',
    ],
  },
  {
    name: 'a keyword in the wrong section',
    change: { 8: ['    default_backend app', '    balance leastconn'] },
    expected: [
      "[WARNING]  parsing [web.cfg:9] : 'balance' ignored because frontend 'web' has no backend capability.",
      '   |     balance leastconn',
      '   |     ^^^^^^^^^^^^^^^^^',
      '   | help: It belongs in a "backend" or "listen" section.',
    ],
    exitCode: 0,
  },
  {
    name: 'a server in a frontend',
    change: { 8: ['    default_backend app', '    server app3 10.0.0.3:80 check'] },
    expected: [
      "[ALERT]    [web.cfg:9] : parsing [web.cfg:9] : 'server' not allowed because frontend 'web' has no backend capability.",
      '   |     server app3 10.0.0.3:80 check',
      '   |     ^^^^^^',
      '   | help: It belongs in a "backend" or "listen" section. A frontend names one: "default_backend <name>".',
    ],
  },
  {
    name: 'a bind without a port',
    change: { 7: ['    bind 127.0.0.1'] },
    expected: [
      "[ALERT]    parsing [web.cfg:7] : 'bind' : missing port specification in '127.0.0.1'",
      '   |     bind 127.0.0.1',
      '   |          ^^^^^^^^^',
      '   | help: Write the port behind the address: "127.0.0.1:80".',
    ],
  },
  {
    name: 'a bind whose port comes from a variable that is not set',
    change: { 7: ['    bind "127.0.0.1:${WEB_PORT}"'] },
    expected: [
      "[ALERT]    parsing [web.cfg:7] : 'bind' : missing port specification in '127.0.0.1:'",
      '   |     bind "127.0.0.1:${WEB_PORT}"',
      '   |          ^^^^^^^^^^^^^^^^^^^^^^^',
      '   | help: The variable WEB_PORT is not set.',
    ],
  },
  {
    name: 'a backend that does not exist',
    change: { 8: ['    default_backend apps'] },
    expected: [
      "[ALERT]    Proxy 'web': unable to find required default_backend: 'apps'.",
      '   |     default_backend apps',
      '   |                     ^^^^',
      "   | help: Did you mean 'app'?",
    ],
  },
  {
    name: 'an open quote',
    change: { 7: ['    description "the shop', '    bind 127.0.0.1:8080'] },
    expected: [
      '[ALERT]    parsing [web.cfg:7]: unmatched quote at position 17:',
      '  description "the shop',
      '              ^',
      '   | help: Close the quote; where the quote itself is meant write \\" or \\\'.',
    ],
  },
  {
    name: 'a blank that is none',
    change: { 3: ['    timeout\u00a0connect 5s'] },
    expected: [
      "[ALERT]    parsing [web.cfg:3] : unknown keyword 'timeout\u00a0connect' in 'defaults' section; did you mean 'timeout' maybe ?",
      '   |     timeout\u00a0connect 5s',
      '   |     ^^^^^^^^^^^^^^^',
      '   | help: The word holds U+00A0, a character that cannot be seen; put a plain blank there, or nothing.',
    ],
  },
  {
    name: 'an unknown unit of time',
    change: { 3: ['    timeout connect 5q'] },
    expected: [
      "[ALERT]    parsing [web.cfg:3] : unexpected character 'q' in 'timeout connect'",
      '   |     timeout connect 5q',
      '   |                     ^^',
      '   | help: Units of time are us, ms, s, m, h and d: "500ms", "5s", "10m".',
    ],
  },
  {
    name: 'a blank before the unit',
    change: { 5: ['    timeout server 30 s'] },
    expected: [
      "[ALERT]    parsing [web.cfg:5] : 'timeout server' : unexpected extra argument 's' after value '30'.",
      '   |     timeout server 30 s',
      '   |                       ^',
      '   | help: Write "30s", without the blank.',
    ],
  },
  {
    name: 'a missing timeout',
    change: { 4: [] },
    expected: [
      "[WARNING]  missing timeouts for frontend 'web'.",
      '   | While not properly invalid, you will certainly encounter various problems',
      '   | with such a configuration. To fix this, please ensure that all following',
      "   | timeouts are set to a non-zero value: 'client', 'connect', 'server'.",
      '   | frontend web',
      '   | ^^^^^^^^^^^^',
      '   | help: Write "timeout client 30s" in this section or in "defaults".',
    ],
    exitCode: 0,
  },
  {
    name: 'rules of a check without the check',
    change: { 10: ['    balance roundrobin', '    http-check expect status 200'] },
    expected: [
      "[WARNING]  backend 'app' uses http-check rules without 'option httpchk', so the rules are ignored.",
      '   |     http-check expect status 200',
      '   |     ^^^^^^^^^^',
      '   | help: Write "option httpchk" in this section, or remove its "http-check" lines.',
    ],
    exitCode: 0,
  },
  {
    name: 'httpchk in a frontend',
    change: { 8: ['    default_backend app', '    option httpchk GET /health'] },
    expected: [
      "[WARNING]  parsing [web.cfg:9] : 'httpchk' ignored because frontend 'web' has no backend capability.",
      '   |     option httpchk GET /health',
      '   |     ^^^^^^^^^^^^^^^^^^^^^^^^^^',
      '   | help: It belongs in a "backend" or "listen" section.',
    ],
    exitCode: 0,
  },
  {
    name: 'an ACL nobody has defined',
    change: {
      7: [
        '    bind 127.0.0.1:8080',
        '    acl internal src 10.0.0.0/8',
        '    tcp-request connection reject unless interal',
      ],
    },
    expected: [
      "[ALERT]    parsing [web.cfg:9] : 'tcp-request connection reject' : error detected in frontend 'web' while parsing 'unless' condition : no such ACL : 'interal'",
      '   |     tcp-request connection reject unless interal',
      '   |                                          ^^^^^^^',
      "   | help: Did you mean 'internal'?",
    ],
  },
  {
    name: 'a misspelt criterion',
    change: { 7: ['    bind 127.0.0.1:8080', '    tcp-request connection reject if { scr 10.0.0.0/8 }'] },
    expected: [
      "[ALERT]    parsing [web.cfg:8] : 'tcp-request connection reject' : error detected in frontend 'web' while parsing 'if' condition : unknown fetch method 'scr' in ACL expression 'scr'",
      '   |     tcp-request connection reject if { scr 10.0.0.0/8 }',
      '   |                                        ^^^',
      "   | help: Did you mean 'src'?",
    ],
  },
  {
    name: 'a condition without if',
    change: { 7: ['    bind 127.0.0.1:8080', '    use_backend app { src 10.0.0.0/8 }'] },
    expected: [
      "[ALERT]    parsing [web.cfg:8] : unexpected keyword '{' after switching rule, only 'if' and 'unless' are allowed.",
      '   |     use_backend app { src 10.0.0.0/8 }',
      '   |                     ^',
      '   | help: Write "if" or "unless" before the condition, and a criterion that has no name in braces: "if { src 10.0.0.0/8 }".',
    ],
  },
  {
    name: 'a bad regular expression',
    change: { 10: ['    option httpchk GET /health', '    http-check expect rstring [0-9'] },
    expected: [
      "[ALERT]    parsing [web.cfg:11] : 'http-check expect' : regex '[0-9' is invalid (error=missing terminating ] for character class, erroffset=4).",
      '   |     http-check expect rstring [0-9',
      '   |                               ^^^^',
      '   | help: "[" opens a set of characters that "]" closes; write "\\[" where the bracket itself is meant.',
    ],
  },
  {
    name: 'an address bound twice',
    change: { 9: ['frontend admin', '    bind 127.0.0.1:8080', '    default_backend app', 'backend app'] },
    expected: [
      "[WARNING]  parsing [web.cfg:10] : 'bind 127.0.0.1:8080' : 127.0.0.1:8080 is bound already by frontend 'web' at web.cfg:7.",
      '   |     bind 127.0.0.1:8080',
      '   |     ^^^^',
      '   | help: Give one of them another port, or remove it: clients would go to one or the other by chance, if both can listen at all.',
    ],
    exitCode: 0,
  },
  {
    name: 'a check without a port',
    change: { 11: ['    server app1 10.0.0.1 check'] },
    expected: [
      "[ALERT]    config: backend 'app': server 'app1' has neither service port nor check port.",
      '   |     server app1 10.0.0.1 check',
      '   |            ^^^^',
      '   | help: Write the port behind the address, or "port" and the port of the check.',
    ],
  },
  {
    name: 'a weight over 256',
    change: { 11: ['    server app1 10.0.0.1:80 check weight 1000'] },
    expected: [
      "[ALERT]    [web.cfg:11] : 'server app/app1' : weight of server app1 is not within 0 and 256 (1000)..",
      '   |     server app1 10.0.0.1:80 check weight 1000',
      '   |                                          ^^^^',
    ],
  },
  {
    name: 'a ca-file that is not there',
    change: { 11: ['    server app1 10.0.0.1:443 check check-ssl verify required ca-file /nonexistent/ca.pem'] },
    expected: [
      "[ALERT]    [web.cfg:11] : 'server app/app1' : Couldn't open the ca-file '/nonexistent/ca.pem' (No such file or directory).",
      '   |     server app1 10.0.0.1:443 check check-ssl verify required ca-file /nonexistent/ca.pem',
      '   |                                                                      ^^^^^^^^^^^^^^^^^^^',
      '   | help: Look at the name of the file. "@system-ca" stands for the authorities this system trusts.',
      "[ALERT]    'ca-file' : unable to load /nonexistent/ca.pem.",
      '   |     server app1 10.0.0.1:443 check check-ssl verify required ca-file /nonexistent/ca.pem',
      '   |                                                                      ^^^^^^^^^^^^^^^^^^^',
    ],
  },
  {
    name: 'TLS without authorities',
    change: { 11: ['    server app1 10.0.0.1:443 check check-ssl'] },
    expected: [
      "[ALERT]    [web.cfg:11] : 'server app/app1' : verify is enabled by default but no CA file specified. If you're running on a LAN where you're certain to trust the server's certificate, please set an explicit 'verify none' statement on the 'server' line, or use 'ssl-server-verify none' in the global section to disable server-side verifications by default.",
      '   |     server app1 10.0.0.1:443 check check-ssl',
      '   |            ^^^^',
      '   | help: Write "ca-file <file>" behind it ("ca-file @system-ca": what this system trusts), or "verify none".',
    ],
  },
  {
    name: 'an algorithm that does not exist',
    change: { 10: ['    balance round-robin'] },
    expected: [
      "[ALERT]    parsing [web.cfg:10] : balance only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' and 'rdp-cookie(name)' options.",
      '   |     balance round-robin',
      '   |             ^^^^^^^^^^^',
      "   | help: Did you mean 'roundrobin'?",
    ],
  },
  {
    name: 'a misspelt mode',
    change: { 2: ['    mode tpc'] },
    expected: [
      "[ALERT]    parsing [web.cfg:2] : unknown proxy mode 'tpc'.",
      '   |     mode tpc',
      '   |          ^^^',
      "   | help: Did you mean 'tcp'?",
    ],
  },
  {
    name: 'a mode that does not fit the backend',
    change: { 7: ['    mode http', '    bind 127.0.0.1:8080'] },
    expected: [
      "[ALERT]    http frontend 'web' (web.cfg:6) tries to use incompatible tcp backend 'app' (web.cfg:10) as its default backend (see 'mode').",
      '   |     default_backend app',
      '   |                     ^^^',
      '   | help: Both need one mode: write "mode tcp" in the first section, or "mode http" in the second.',
      "[ALERT]    parsing [web.cfg:6] : frontend 'web' would have to forward HTTP, which is not supported yet by hapax 0.1.0.",
      '   |     mode http',
      '   |     ^^^^',
      "   | help: Write 'mode tcp' in this proxy to forward its connections as they are.",
    ],
  },
  {
    name: 'a level of the stats socket that does not exist',
    change: { 1: ['global', '    stats socket /run/hapax.sock level root', 'defaults'] },
    expected: [
      "[ALERT]    parsing [web.cfg:2] : 'stats socket' : ''level' only supports 'user', 'operator', and 'admin' (got 'root')'",
      '   |     stats socket /run/hapax.sock level root',
      '   |                                        ^^^^',
    ],
  },
  {
    name: 'the address of a server forgotten',
    change: { 12: ['    server app2'] },
    expected: [
      "[ALERT]    [web.cfg:12] : 'server' expects <name> and <addr>[:<port>] as arguments.",
      '   |     server app2',
      '   |     ^^^^^^^^^^^',
      '   | help: Write its name and where it listens: "server app1 192.0.2.1:80".',
    ],
  },
  {
    name: 'two servers of one name',
    change: { 12: ['    server app1 10.0.0.2:80 check'] },
    expected: [
      "[WARNING]  parsing [web.cfg:12] : backend 'app', another server named 'app1' was already defined at line 11, please use distinct names.",
      '   |     server app1 10.0.0.2:80 check',
      '   |            ^^^^',
      '   | help: Taken as "app1_2"; "app1" means the first one.',
    ],
    exitCode: 0,
  },
  {
    name: 'a server that follows nobody',
    change: { 12: ['    server app2 10.0.0.2:80 track app/app9'] },
    expected: [
      "[ALERT]    [web.cfg:12] : 'server app/app2' : unable to find required server 'app9' for tracking.",
      '   |     server app2 10.0.0.2:80 track app/app9',
      '   |                                   ^^^^^^^^',
      '   | help: Write "track <backend>/<server>", with a server of this file.',
    ],
  },
  {
    name: 'a section that was forgotten',
    change: { 6: [] },
    expected: [
      "[ALERT]    parsing [web.cfg:6] : 'bind' not allowed in 'defaults' section.",
      '   |     bind 127.0.0.1:8080',
      '   |     ^^^^',
      '   | help: Begin a section of its own above it: "frontend <name>", "backend <name>" or "listen <name>".',
    ],
  },
  {
    name: 'parameters of servers on a line of their own',
    change: { 11: ['    inter 5s', '    server app1 10.0.0.1:80 check'] },
    expected: [
      "[ALERT]    parsing [web.cfg:11] : unknown keyword 'inter' in 'backend' section; did you mean 'filter' maybe ?",
      '   |     inter 5s',
      '   |     ^^^^^',
      '   | help: It is a parameter of servers: write "default-server inter" and its value, or put it on their lines.',
    ],
  },
  {
    name: 'a text of two words in a check, without quotes',
    change: {
      11: ['    option tcp-check', '    tcp-check send info replication', '    server app1 10.0.0.1:80 check'],
    },
    expected: [
      "[ALERT]    parsing [web.cfg:12] : 'tcp-check send' : expects 'comment' but got 'replication' as argument..",
      '   |     tcp-check send info replication',
      '   |                         ^^^^^^^^^^^',
      String.raw`   | help: Blanks part words: put a text of several into double quotes, or write "\ " for each blank.`,
    ],
  },
  {
    name: 'a program for checks that are not made',
    change: { 11: ['    external-check command /bin/true', '    server app1 10.0.0.1:80 check'] },
    expected: [
      "[WARNING]  'external-check command' will be ignored for backend 'app' (requires 'option external-check').",
      '   | backend app',
      '   | ^^^^^^^^^^^',
      '   | help: Write "option external-check" in this section, or remove its "external-check" lines.',
    ],
    exitCode: 0,
  },
  {
    name: 'following a server that finishes its sessions on 404',
    change: {
      11: [
        '    option httpchk',
        '    http-check disable-on-404',
        '    server app1 10.0.0.1:80 check',
        'backend other',
        '    server o 10.0.0.2:80 track app/app1',
      ],
    },
    expected: [
      "[ALERT]    [web.cfg:15] : 'server other/o' : unable to use app/app1 fortracking: disable-on-404 option inconsistency.",
      '   |     server o 10.0.0.2:80 track app/app1',
      '   |                                ^^^^^^^^',
      '   | help: Write "http-check disable-on-404" in both sections, or in neither.',
    ],
  },
  {
    name: 'a log without facility',
    change: { 1: ['global', '    log 127.0.0.1', 'defaults'] },
    expected: [
      '[ALERT]    parsing [web.cfg:2] : log : expects <address> and <facility>  as arguments',
      '   |     log 127.0.0.1',
      '   |     ^^^^^^^^^^^^^',
      '   | help: Write a facility behind the address: "log 127.0.0.1 local0".',
    ],
  },
  {
    name: 'an .if left open',
    change: { 1: ['.if defined(DEBUG)', 'defaults'] },
    expected: [
      "[ALERT]    parsing [web.cfg:13]: non-terminated '.if' block.",
      "   | help: The '.if' of line 1 needs an '.endif'.",
    ],
  },
  {
    name: 'a name nobody knows',
    change: { 11: ['    server app1 app1.example.invalid:80 check'] },
    expected: [
      "[ALERT]    [web.cfg:11] : 'server app/app1' : could not resolve address 'app1.example.invalid'.",
      '   |     server app1 app1.example.invalid:80 check',
      '   |            ^^^^',
      '   | help: Look at the name. "init-addr last,libc,none" at the server lets hapax start without an answer.',
      '[ALERT]    Failed to initialize server(s) addr.',
    ],
  },
];
