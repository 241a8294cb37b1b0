/** The address of a web server as a browser writes it. */
export function webAddress(host: string, port: number): string {
  return port === 80 ? `http://${host}/` : `http://${host}:${port}/`;
}
