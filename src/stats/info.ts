/** `show info` in its four forms. */
import { INFO_FIELDS, type InfoContext } from './info-fields.ts';
import { jsonField, quoted } from './typed.ts';

export interface InfoForm {
  readonly form: 'text' | 'typed' | 'json';
  /** Appends what each line means. */
  readonly describe: boolean;
}

/** `Name: value` lines, typed lines, or one line of JSON, each ended by a line feed. Every text line has exactly one `: `. */
export function renderInfo(context: InfoContext, { form, describe }: InfoForm): string {
  const items: object[] = [];
  let text = '';
  INFO_FIELDS.forEach((field, position) => {
    const raw = field.value(context);
    if (raw === undefined) return;
    // A description or node name of the user may hold anything; readers split lines at the colon.
    const value = typeof raw === 'string' ? raw.replace(/[\r\n]+/g, ' ') : raw;
    if (form === 'json') {
      items.push(jsonField(field, position, field.tag, value));
      return;
    }
    text += form === 'typed' ? `${position}.${field.name}.1:${field.tag}:${field.type}:` : `${field.name}: `;
    text += describe ? `${value}:${quoted(field.description)}\n` : `${value}\n`;
  });
  return form === 'json' ? `${JSON.stringify(items)}\n` : text;
}
