import { floatsOf, integersOf, protobufFields, textOf, type WireField } from './protobuf-fields.ts';

/** The parts of an ONNX file that onnxruntime-node does not show, and the graph as far as explanations need it. */
export interface ModelProto {
  readonly irVersion: number;
  /** Operator set versions by domain; the default domain '' is written 'ai.onnx'. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly nodes: readonly GraphNode[];
  /** Float constants of the graph by name; values of other element types are undefined. */
  readonly constants: ReadonlyMap<string, readonly number[] | undefined>;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

export interface GraphNode {
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** One attribute; the lists that its type does not use are empty. */
export interface Attribute {
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly string[];
  readonly tensor: readonly number[] | undefined;
}

export interface TensorInfo {
  readonly name: string;
  readonly isFloat32: boolean;
  /** Size per dimension; undefined for one left open (the batch). */
  readonly shape: readonly (number | undefined)[];
}

const FLOAT32 = 1;

/** Reads the bytes of an ONNX file (onnx.proto, proto2). Throws a RangeError when they are not protobuf. */
export function readModelProto(bytes: Uint8Array): ModelProto {
  const model = fieldsByNumber(bytes);
  const graph = fieldsByNumber(bytesOf(model.get(7)?.at(-1)));
  const nodes = all(graph, 1).map((field) => readNode(bytesOf(field)));
  const initializers = all(graph, 5).map((field) => readTensor(bytesOf(field)));
  const constantNodes = nodes.flatMap((node) =>
    node.opType === 'Constant' ? [{ name: node.outputs[0] ?? '', values: node.attributes.get('value')?.tensor }] : [],
  );
  return {
    irVersion: integerOf(model, 1),
    opsets: new Map(
      all(model, 8).map((field) => {
        const opset = fieldsByNumber(bytesOf(field));
        return [stringOf(opset, 1) || 'ai.onnx', integerOf(opset, 2)];
      }),
    ),
    metadata: new Map(
      all(model, 14).map((field) => {
        const entry = fieldsByNumber(bytesOf(field));
        return [stringOf(entry, 1), stringOf(entry, 2)];
      }),
    ),
    nodes: nodes.filter((node) => node.opType !== 'Constant'),
    constants: new Map([...initializers, ...constantNodes].map(({ name, values }) => [name, values])),
    inputs: all(graph, 11).map((field) => readTensorInfo(bytesOf(field))),
    outputs: all(graph, 12).map((field) => readTensorInfo(bytesOf(field))),
  };
}

function readNode(bytes: Uint8Array): GraphNode {
  const node = fieldsByNumber(bytes);
  return {
    opType: stringOf(node, 4),
    domain: stringOf(node, 7) || 'ai.onnx',
    inputs: all(node, 1).map(textOf),
    outputs: all(node, 2).map(textOf),
    attributes: new Map(
      all(node, 5).map((field) => {
        const attribute = fieldsByNumber(bytesOf(field));
        const tensor = attribute.get(5)?.at(-1);
        return [
          stringOf(attribute, 1),
          {
            floats: [...all(attribute, 2), ...all(attribute, 7)].flatMap(floatsOf),
            ints: [...all(attribute, 3), ...all(attribute, 8)].flatMap(integersOf),
            strings: [...all(attribute, 4), ...all(attribute, 9)].map(textOf),
            tensor: tensor === undefined ? undefined : readTensor(bytesOf(tensor)).values,
          },
        ];
      }),
    ),
  };
}

function readTensor(bytes: Uint8Array): { readonly name: string; readonly values: readonly number[] | undefined } {
  const tensor = fieldsByNumber(bytes);
  // Values lie in float_data (4) or, little-endian, in raw_data (9).
  const values =
    integerOf(tensor, 2) === FLOAT32 ? [...all(tensor, 4), ...all(tensor, 9)].flatMap(floatsOf) : undefined;
  return { name: stringOf(tensor, 8), values };
}

function readTensorInfo(bytes: Uint8Array): TensorInfo {
  const info = fieldsByNumber(bytes);
  const type = fieldsByNumber(bytesOf(info.get(2)?.at(-1)));
  const tensor = fieldsByNumber(bytesOf(type.get(1)?.at(-1)));
  const shape = fieldsByNumber(bytesOf(tensor.get(2)?.at(-1)));
  return {
    name: stringOf(info, 1),
    isFloat32: integerOf(tensor, 1) === FLOAT32,
    shape: all(shape, 1).map((field) => fieldsByNumber(bytesOf(field)).get(1)?.flatMap(integersOf).at(-1)),
  };
}

type Fields = ReadonlyMap<number, readonly WireField[]>;

function fieldsByNumber(bytes: Uint8Array): Fields {
  return Map.groupBy(protobufFields(bytes), (field) => field.number);
}

function all(fields: Fields, number: number): readonly WireField[] {
  return fields.get(number) ?? [];
}

function bytesOf(field: WireField | undefined): Uint8Array {
  return field?.kind === 'bytes' ? field.value : new Uint8Array();
}

function stringOf(fields: Fields, number: number): string {
  const field = fields.get(number)?.at(-1);
  return field === undefined ? '' : textOf(field);
}

function integerOf(fields: Fields, number: number): number {
  return all(fields, number).flatMap(integersOf).at(-1) ?? 0;
}
