/** `scheme://user:password@` in any text: URLs reach logs and answers by way of error messages too. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;

/** A text without the user and password of the URLs in it. */
export function hideCredentials(text: string): string {
  return text.replace(CREDENTIALS, '$1');
}
