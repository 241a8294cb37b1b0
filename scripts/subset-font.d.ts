/** The part of subset-font that scripts/fonts.mjs uses; the package brings no types. */
declare module 'subset-font' {
  interface Options {
    readonly targetFormat: 'sfnt' | 'woff' | 'woff2';
    readonly keepFeatures?: readonly string[];
    readonly variationAxes?: object;
  }
  export default function subsetFont(font: Buffer, text: string, options: Options): Promise<Buffer>;
}
