/** The arrows of ARCHITECTURE.md, as rules: core is pure, deployables meet only on topics and in Redis. */
const clientHomes = {
  kafkajs: 'kafka',
  ioredis: 'redis',
  'onnxruntime-node': 'onnx',
  'prom-client': 'telemetry',
  pino: 'telemetry',
};

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const oneHomePerClient = Object.entries(clientHomes).map(([client, home]) => ({
  name: `one-home-for-${client}`,
  severity: 'error',
  from: { path: '^services/', pathNot: `^services/platform/${home}/` },
  to: { path: `^node_modules/${client}/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'core has no I/O and no clock: it imports nothing outside core',
      severity: 'error',
      from: { path: '^services/core/' },
      to: { pathNot: '^services/core/' },
    },
    {
      name: 'contracts-know-core-only',
      severity: 'error',
      from: { path: '^services/contracts/' },
      to: { path: '^services/', pathNot: '^services/(core|contracts)/' },
    },
    {
      name: 'platform-knows-no-deployable',
      severity: 'error',
      from: { path: '^services/platform/' },
      to: { path: '^services/(intake|scorer|retention|simulator|dead-letters|rekey)/' },
    },
    {
      name: 'no-sibling-deployables',
      comment: 'deployables meet on topics and in Redis, never by import',
      severity: 'error',
      from: { path: '^services/(intake|scorer|retention|simulator|dead-letters|rekey)/' },
      to: { path: '^services/(intake|scorer|retention|simulator|dead-letters|rekey)/', pathNot: '^services/$1/' },
    },
    ...oneHomePerClient,
    {
      name: 'protobuf-only-in-contracts',
      severity: 'error',
      from: { path: '^services/', pathNot: '^services/contracts/' },
      to: { path: '^(node_modules/@bufbuild/|services/contracts/gen/)' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: '^(services|deploy|models)/' },
      to: { path: '^test/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^services/contracts/gen/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
