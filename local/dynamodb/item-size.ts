import type { AttributeValue, Item } from './dynalite.js';

/** Of a list, a map, and of each of their elements. */
const NESTED_OVERHEAD = 3;
const ELEMENT_OVERHEAD = 1;

/**
 * Bytes of an item: names and texts in UTF-8, numbers by their digits
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html#ItemSizeCalculations).
 * dynalite counts UTF-16 units, and so takes items of Chinese or Czech text that AWS refuses.
 */
export function itemBytes(item: Item): number {
  return sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value)));
}

function valueBytes(value: AttributeValue): number {
  const [type = '', content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'B':
      return Buffer.byteLength(content as string, 'base64');
    case 'N':
      return numberBytes(content as string);
    case 'SS':
      return sum((content as string[]).map((text) => Buffer.byteLength(text)));
    case 'BS':
      return sum((content as string[]).map((bytes) => Buffer.byteLength(bytes, 'base64')));
    case 'NS':
      return sum((content as string[]).map(numberBytes));
    case 'L':
      return (
        NESTED_OVERHEAD +
        sum((content as AttributeValue[]).map((each) => ELEMENT_OVERHEAD + valueBytes(each)))
      );
    case 'M': {
      const fields = Object.entries(content as Item);
      return NESTED_OVERHEAD + ELEMENT_OVERHEAD * fields.length + itemBytes(content as Item);
    }
    default:
      return 1; // NULL and BOOL
  }
}

/** "Approximately (length of attribute name) + (1 byte per two significant digits) + (1 byte)". */
function numberBytes(digits: string): number {
  return Math.ceil(digits.replace(/^-|\.|e.*$/gi, '').length / 2) + 1;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
