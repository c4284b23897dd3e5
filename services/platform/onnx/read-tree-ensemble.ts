import { assembleTreeEnsemble, type TreeEnsemble, type TreeNode } from '../../core/explain/tree-ensemble.ts';
import { accepted, refused, type Outcome } from '../../core/outcome.ts';
import type { Attribute, GraphNode, ModelProto } from './model-proto.ts';

/** The graph is something else than one sum of trees, an optional affine step and a sigmoid. */
type Reading<T> = Outcome<T, 'not_a_tree_model'>;

interface Affine {
  readonly scale: number;
  readonly offset: number;
}

/** One operator of the affine part and the value that it takes. */
type AffineStep = Affine & { readonly input: string };

/**
 * Reads the tree ensemble that computes `outputName`: TreeEnsembleRegressor (one target, SUM, BRANCH_LEQ), any number
 * of Mul, Add and Gemm with constants, Sigmoid. Node covers are taken from `nodes_hitrates` when they add up.
 * Refuses every graph of another shape, because its explanations would not add up to what the session computes.
 */
export function readTreeEnsemble(
  model: ModelProto,
  { inputName, outputName, featureCount }: { inputName: string; outputName: string; featureCount: number },
): Reading<TreeEnsemble> {
  const chain = readChain(model, outputName);
  if (!chain.ok) return chain;
  const { trees: node, affine, length } = chain.value;
  if (node.inputs[0] !== inputName) {
    return notATreeModel(`expected trees over ${inputName}, found trees over ${node.inputs[0] ?? 'nothing'}`);
  }
  if (length !== model.nodes.length) {
    return notATreeModel(`expected ${length} operators on the way to ${outputName}, found ${model.nodes.length}`);
  }
  const trees = readTrees(node.attributes);
  if (!trees.ok) return trees;
  const { nodes, baseValue, treeCount } = trees.value;
  const assembled = assembleTreeEnsemble({ featureCount, nodes, baseValue, ...affine });
  if (!assembled.ok) return notATreeModel(assembled.detail);
  const roots = assembled.value.roots.length;
  return roots === treeCount
    ? assembled
    : notATreeModel(`expected one root for each of ${treeCount} trees, found ${roots}`);
}

/** Goes from the output back to the trees; `length` counts the operators on the way. */
function readChain(
  model: ModelProto,
  outputName: string,
): Reading<{ readonly trees: GraphNode; readonly affine: Affine; readonly length: number }> {
  const producers = new Map(model.nodes.map((node) => [node.outputs[0] ?? '', node]));
  const sigmoid = producers.get(outputName);
  if (sigmoid?.opType !== 'Sigmoid') {
    return notATreeModel(`expected a Sigmoid before ${outputName}, found ${sigmoid?.opType ?? 'nothing'}`);
  }
  let affine: Affine = { scale: 1, offset: 0 };
  let node = producers.get(sigmoid.inputs[0] ?? '');
  // Bounded by the number of operators: a graph that runs in a circle must not hang the start.
  for (let length = 2; node !== undefined && length <= model.nodes.length; length += 1) {
    if (node.opType === 'TreeEnsembleRegressor') {
      if (node.domain !== 'ai.onnx.ml') break;
      return accepted({ trees: node, affine, length });
    }
    const step = readAffineStep(node, model.constants);
    if (!step.ok) return step;
    const { scale, offset, input } = step.value;
    affine = { scale: affine.scale * scale, offset: affine.scale * offset + affine.offset };
    node = producers.get(input);
  }
  return notATreeModel('expected a TreeEnsembleRegressor of ai.onnx.ml, found none');
}

function readAffineStep(node: GraphNode, constants: ModelProto['constants']): Reading<AffineStep> {
  const scalars = node.inputs.map((name) => scalarOf(constants.get(name)));
  switch (node.opType) {
    case 'Mul':
      return readWithConstant(node, scalars, (factor) => ({ scale: factor, offset: 0 }));
    case 'Add':
      return readWithConstant(node, scalars, (term) => ({ scale: 1, offset: term }));
    case 'Gemm':
      return readGemm(node, scalars);
    default:
      return notATreeModel(`expected Mul, Add or Gemm between the trees and the Sigmoid, found ${node.opType}`);
  }
}

/** Mul or Add; the constant may stand on either side. */
function readWithConstant(
  node: GraphNode,
  [left, right]: readonly (number | undefined)[],
  toAffine: (constant: number) => Affine,
): Reading<AffineStep> {
  const constant = left ?? right;
  const input = node.inputs[left === undefined ? 0 : 1];
  if (constant === undefined || input === undefined) return notATreeModel(noConstant(node));
  return accepted({ ...toAffine(constant), input });
}

/** alpha · x · weight + beta · bias with a 1 × 1 weight; the bias may be left out. */
function readGemm(node: GraphNode, [, weight, bias]: readonly (number | undefined)[]): Reading<AffineStep> {
  const [input] = node.inputs;
  const term = node.inputs.length > 2 ? bias : 0;
  const isTransposed = firstInt(node.attributes.get('transA')) === 1;
  if (input === undefined || weight === undefined || term === undefined || isTransposed) {
    return notATreeModel(noConstant(node));
  }
  const alpha = node.attributes.get('alpha')?.floats[0] ?? 1;
  const beta = node.attributes.get('beta')?.floats[0] ?? 1;
  return accepted({ scale: alpha * weight, offset: beta * term, input });
}

function readTrees(
  attributes: GraphNode['attributes'],
): Reading<{ readonly nodes: readonly TreeNode[]; readonly baseValue: number; readonly treeCount: number }> {
  const ints = (name: string): readonly number[] => attributes.get(name)?.ints ?? [];
  const floats = (name: string): readonly number[] => attributes.get(name)?.floats ?? [];
  const unsupported = findUnsupported(attributes);
  if (unsupported !== undefined) return notATreeModel(unsupported);

  const treeIds = ints('nodes_treeids');
  const nodeIds = ints('nodes_nodeids');
  const columns = {
    mode: attributes.get('nodes_modes')?.strings ?? [],
    feature: ints('nodes_featureids'),
    value: floats('nodes_values'),
    trueId: ints('nodes_truenodeids'),
    falseId: ints('nodes_falsenodeids'),
  };
  for (const [name, column] of Object.entries({ nodeIds, ...columns })) {
    if (column.length !== treeIds.length) {
      return notATreeModel(
        `expected ${treeIds.length} entries for each node attribute, found ${column.length} ${name}`,
      );
    }
  }
  const positions = new Map(treeIds.map((tree, position) => [nodeKey(tree, nodeIds[position]), position]));
  if (positions.size !== treeIds.length) return notATreeModel('a node id occurs twice in one tree');

  const leafValues = new Map<number, number>();
  for (const [index, tree] of ints('target_treeids').entries()) {
    const position = positions.get(nodeKey(tree, ints('target_nodeids')[index])) ?? -1;
    const weight = floats('target_weights')[index];
    if (columns.mode[position] !== 'LEAF' || weight === undefined) return notATreeModel('a target weight has no leaf');
    leafValues.set(position, (leafValues.get(position) ?? 0) + weight);
  }

  const missing = ints('nodes_missing_value_tracks_true');
  const covers = floats('nodes_hitrates');
  const nodes = treeIds.map((tree, position): TreeNode => {
    const cover = covers.length === treeIds.length ? covers[position] : undefined;
    if (columns.mode[position] === 'LEAF') return { kind: 'leaf', value: leafValues.get(position) ?? 0, cover };
    return {
      kind: 'branch',
      featureIndex: columns.feature[position] ?? -1,
      threshold: columns.value[position] ?? Number.NaN,
      missingIsTrue: missing[position] === 1,
      whenTrue: positions.get(nodeKey(tree, columns.trueId[position])) ?? -1,
      whenFalse: positions.get(nodeKey(tree, columns.falseId[position])) ?? -1,
      cover,
    };
  });
  return accepted({ nodes, baseValue: floats('base_values')[0] ?? 0, treeCount: new Set(treeIds).size });
}

function findUnsupported(attributes: GraphNode['attributes']): string | undefined {
  const targets = firstInt(attributes.get('n_targets')) ?? 1;
  if (targets !== 1 || attributes.get('target_ids')?.ints.some((id) => id !== 0)) {
    return `expected one target, found ${targets}`;
  }
  const aggregate = attributes.get('aggregate_function')?.strings[0] ?? 'SUM';
  if (aggregate !== 'SUM') return `expected aggregate_function SUM, found ${aggregate}`;
  const transform = attributes.get('post_transform')?.strings[0] ?? 'NONE';
  if (transform !== 'NONE') return `expected post_transform NONE, found ${transform}`;
  const mode = attributes.get('nodes_modes')?.strings.find((name) => name !== 'LEAF' && name !== 'BRANCH_LEQ');
  if (mode !== undefined) return `expected nodes_modes BRANCH_LEQ and LEAF, found ${mode}`;
  const tensor = [...attributes.keys()].find((name) => name.endsWith('_as_tensor'));
  return tensor === undefined ? undefined : `expected float32 attributes, found ${tensor}`;
}

function nodeKey(tree: number, node: number | undefined): string {
  return `${tree}/${node ?? ''}`;
}

function noConstant(node: GraphNode): string {
  return `expected ${node.opType} with float32 constants of one element`;
}

function scalarOf(values: readonly number[] | undefined): number | undefined {
  return values?.length === 1 ? values[0] : undefined;
}

function firstInt(attribute: Attribute | undefined): number | undefined {
  return attribute?.ints[0];
}

function notATreeModel(detail: string): {
  readonly ok: false;
  readonly reason: 'not_a_tree_model';
  readonly detail: string;
} {
  return refused('not_a_tree_model', detail);
}
