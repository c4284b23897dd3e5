import type { EnsembleParts, TreeNode } from '../../../services/core/explain/tree-ensemble.ts';

/**
 * Minimal writer of ONNX files for stand-ins and tests: TreeEnsembleRegressor, Mul and Add (or one Gemm) when there is an affine
 * step, Sigmoid.
 * Everything is given as fields of protobuf messages, so that a test can write what a real converter would not.
 */
export interface OnnxOptions {
  readonly metadata: Readonly<Record<string, string>>;
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputName: string;
  readonly inputColumns: number;
  readonly outputName: string;
  readonly affine: 'mul-add' | 'gemm';
  readonly hasCovers: boolean;
  readonly aggregate: string;
  readonly branchMode: string;
  readonly finalOperator: string;
}

const FLOAT = 1;

export function encodeOnnx(forest: EnsembleParts, options: OnnxOptions): Uint8Array {
  const { inputName, outputName } = options;
  const isPlain = forest.scale === 1 && forest.offset === 0;
  const steps = isPlain ? [] : affineSteps(options.affine);
  const graph = [
    message(1, [
      text(1, inputName),
      text(2, 'trees'),
      text(4, 'TreeEnsembleRegressor'),
      ...treeAttributes(forest, options),
      text(7, 'ai.onnx.ml'),
    ]),
    ...steps,
    message(1, [text(1, isPlain ? 'trees' : 'margin'), text(2, outputName), text(4, options.finalOperator)]),
    text(2, 'churn'),
    ...(isPlain ? [] : affineConstants(forest)),
    message(11, tensorInfo(inputName, options.inputColumns)),
    message(12, tensorInfo(outputName, 1)),
  ];
  return concat([
    integer(1, options.irVersion),
    message(7, graph),
    ...Object.entries(options.opsets).map(([domain, version]) => message(8, [text(1, domain), integer(2, version)])),
    ...Object.entries(options.metadata).map(([key, value]) => message(14, [text(1, key), text(2, value)])),
  ]);
}

/** One as float_data, one as raw_data: both occur in real files. */
function affineConstants({ scale, offset }: EnsembleParts): readonly Uint8Array[] {
  return [
    message(5, [integer(1, 1), integer(1, 1), integer(2, FLOAT), packedFloats(4, [scale]), text(8, 'scale')]),
    message(5, [integer(1, 1), integer(2, FLOAT), text(8, 'offset'), packedFloats(9, [offset])]),
  ];
}

function affineSteps(kind: OnnxOptions['affine']): readonly Uint8Array[] {
  if (kind === 'gemm') {
    const inputs = [text(1, 'trees'), text(1, 'scale'), text(1, 'offset')];
    return [message(1, [...inputs, text(2, 'margin'), text(4, 'Gemm')])];
  }
  return [
    message(1, [text(1, 'trees'), text(1, 'scale'), text(2, 'scaled'), text(4, 'Mul')]),
    message(1, [text(1, 'offset'), text(1, 'scaled'), text(2, 'margin'), text(4, 'Add')]),
  ];
}

function treeAttributes(forest: EnsembleParts, options: OnnxOptions): readonly Uint8Array[] {
  const nodes = listByTree(forest.nodes);
  const ids = new Map(nodes.map(({ position, id }) => [position, id]));
  const leaves = nodes.flatMap(({ tree, id, node }) => (node.kind === 'leaf' ? [{ tree, id, value: node.value }] : []));
  const ofBranch = (pick: (node: TreeNode & { kind: 'branch' }) => number): readonly number[] =>
    nodes.map(({ node }) => (node.kind === 'branch' ? pick(node) : 0));
  return [
    integersAttribute(
      'nodes_treeids',
      nodes.map(({ tree }) => tree),
    ),
    integersAttribute(
      'nodes_nodeids',
      nodes.map(({ id }) => id),
    ),
    integersAttribute(
      'nodes_featureids',
      ofBranch((node) => node.featureIndex),
    ),
    integersAttribute(
      'nodes_truenodeids',
      ofBranch((node) => ids.get(node.whenTrue) ?? 0),
    ),
    integersAttribute(
      'nodes_falsenodeids',
      ofBranch((node) => ids.get(node.whenFalse) ?? 0),
    ),
    integersAttribute(
      'nodes_missing_value_tracks_true',
      ofBranch((node) => (node.missingIsTrue ? 1 : 0)),
    ),
    floatsAttribute(
      'nodes_values',
      ofBranch((node) => node.threshold),
    ),
    ...(options.hasCovers
      ? [
          floatsAttribute(
            'nodes_hitrates',
            nodes.map(({ node }) => node.cover ?? 0),
          ),
        ]
      : []),
    stringsAttribute(
      'nodes_modes',
      nodes.map(({ node }) => (node.kind === 'leaf' ? 'LEAF' : options.branchMode)),
    ),
    integersAttribute(
      'target_treeids',
      leaves.map(({ tree }) => tree),
    ),
    integersAttribute(
      'target_nodeids',
      leaves.map(({ id }) => id),
    ),
    integersAttribute(
      'target_ids',
      leaves.map(() => 0),
    ),
    floatsAttribute(
      'target_weights',
      leaves.map(({ value }) => value),
    ),
    floatsAttribute('base_values', [forest.baseValue]),
    message(5, [text(1, 'n_targets'), integer(3, 1), integer(20, 2)]),
    message(5, [text(1, 'aggregate_function'), text(4, options.aggregate), integer(20, 3)]),
  ];
}

interface PlacedNode {
  readonly tree: number;
  readonly id: number;
  readonly position: number;
  readonly node: TreeNode;
}

/** ONNX wants the nodes tree by tree with the root first; node ids count from 0 in each tree. */
function listByTree(nodes: readonly TreeNode[]): readonly PlacedNode[] {
  const children = new Set(nodes.flatMap((node) => (node.kind === 'branch' ? [node.whenTrue, node.whenFalse] : [])));
  const roots = [...nodes.keys()].filter((position) => !children.has(position));
  return roots.flatMap((root, tree) => {
    const placed: PlacedNode[] = [];
    const pending = [root];
    for (let position = pending.pop(); position !== undefined; position = pending.pop()) {
      const node = nodes[position];
      if (node === undefined) continue;
      placed.push({ tree, id: placed.length, position, node });
      if (node.kind === 'branch') pending.push(node.whenFalse, node.whenTrue);
    }
    return placed;
  });
}

function tensorInfo(name: string, columns: number): readonly Uint8Array[] {
  const shape = message(2, [message(1, [text(2, 'N')]), message(1, [integer(1, columns)])]);
  return [text(1, name), message(2, [message(1, [integer(1, FLOAT), shape])])];
}

function integersAttribute(name: string, values: readonly number[]): Uint8Array {
  return message(5, [text(1, name), ...values.map((value) => integer(8, value)), integer(20, 7)]);
}

function floatsAttribute(name: string, values: readonly number[]): Uint8Array {
  return message(5, [text(1, name), packedFloats(7, values), integer(20, 6)]);
}

function stringsAttribute(name: string, values: readonly string[]): Uint8Array {
  return message(5, [text(1, name), ...values.map((value) => text(9, value)), integer(20, 8)]);
}

function message(number: number, fields: readonly Uint8Array[]): Uint8Array {
  return lengthDelimited(number, concat(fields));
}

function text(number: number, value: string): Uint8Array {
  return lengthDelimited(number, new TextEncoder().encode(value));
}

function packedFloats(number: number, values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setFloat32(index * 4, value, true);
  return lengthDelimited(number, new Uint8Array(view.buffer));
}

function lengthDelimited(number: number, bytes: Uint8Array): Uint8Array {
  return concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function integer(number: number, value: number): Uint8Array {
  return concat([varint(number * 8), varint(value)]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return Uint8Array.from([...bytes, rest]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
