import type { CheckPass } from './pass.ts';

/** A socket that speaks TLS has a certificate to show, and authorities where clients must show one. */
export const reportBindTls: CheckPass = {
  name: 'report-bind-tls',
  proxy(proxy, _config, report) {
    for (const { ssl, certificates, strictSni, verify, caFile, text, place, span } of proxy.binds) {
      if (!ssl) continue;
      const where = `for bind '${text}' at [${place.file}:${place.line}]`;
      if (certificates === 0) {
        const none = `Proxy '${proxy.name}': no SSL certificate specified ${where}`;
        if (strictSni) {
          const message = `${none}, ssl connections will fail (use 'crt').`;
          report({ code: 'no-certificate', severity: 'warning', message, span });
        } else report({ code: 'no-certificate', message: `${none} (use 'crt').`, span });
      } else if ((verify === 'required' || verify === 'optional') && caFile === undefined) {
        const message = `Proxy '${proxy.name}': verify is enabled but no CA file specified ${where}.`;
        report({ code: 'no-ca-file', message, span });
      }
    }
  },
};
