const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML, for elements and for attributes in quotation marks. */
export function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
