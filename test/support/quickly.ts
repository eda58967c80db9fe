/** Conversion without the pictures that a model draws to tell what it knows, which take their time and are nothing to most tests. */
import { convert, type Converter } from '../../src/node/store/convert.ts';

export const quickly: Converter = (conversion, ...rest) => convert({ ...conversion, sample: false }, ...rest);
