import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../deploy/local/free-port.ts';
import { whenParentDies } from '../../deploy/local/when-parent-dies.mjs';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const LARGEST_OUTPUT_BYTES = 64 * 1_048_576;

/** docker-compose.yml as a project of its own, so that it meets neither a person's nor another test's containers. */
export interface ComposeProject {
  readonly ports: {
    readonly kafka: number;
    readonly redis: number;
    readonly http: number;
    readonly prometheus: number;
  };
  /** Runs `docker compose` with arguments; its standard output. @throws with what it printed, if it fails. */
  compose(...args: readonly string[]): Promise<string>;
  /** What the engine knows of each container of the project, also of those that have ended. */
  containers(): Promise<readonly Container[]>;
  imageBytes(image: string): Promise<number>;
  /** Takes down everything, volumes included. */
  remove(): Promise<void>;
}

export interface Container {
  readonly service: string;
  readonly user: string;
  readonly running: boolean;
  readonly exitCode: number;
  readonly readOnly: boolean;
  readonly capabilitiesDropped: readonly string[];
  readonly securityOptions: readonly string[];
  readonly memoryBytes: number;
  /** How often it is started again after a failure; 0: for ever, or never. */
  readonly restartLimit: number;
  /** Folders of the container in which volumes are mounted. */
  readonly volumes: readonly string[];
  /** Addresses of this machine on which ports are published. */
  readonly publishedOn: readonly string[];
}

/**
 * Chooses free ports; starts nothing. If this process is killed, the project is taken down all the same.
 *
 * @param environment where Docker finds its engine, proxies and the like.
 * @param settings variables of docker-compose.yml.
 */
export async function createComposeProject(
  environment: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, string>>,
): Promise<ComposeProject> {
  const project = `churn-test-${randomBytes(4).toString('hex')}`;
  const ports = {
    kafka: await freePort(),
    redis: await freePort(),
    http: await freePort(),
    prometheus: await freePort(),
  };
  const env = {
    ...environment,
    ...settings,
    CHURN_KAFKA_PORT: String(ports.kafka),
    CHURN_REDIS_PORT: String(ports.redis),
    CHURN_HTTP_PORT: String(ports.http),
    CHURN_PROMETHEUS_PORT: String(ports.prometheus),
    CHURN_PUBLIC_BASE_URL: '',
    CHURN_API_KEYS: '',
    CHURN_PSEUDONYM_SECRET: '',
  };
  const prefix = ['compose', '--project-directory', ROOT, '--project-name', project];
  const docker = async (args: readonly string[]): Promise<string> => {
    const { stdout } = await run('docker', [...args], { cwd: ROOT, env, maxBuffer: LARGEST_OUTPUT_BYTES });
    return stdout;
  };
  const removal = [...prefix, 'down', '--volumes', '--remove-orphans', '--timeout', '1'];
  const release = whenParentDies(['docker', ...removal]);
  return {
    ports,
    compose: (...args) => docker([...prefix, ...args]),
    async containers() {
      const ids = (await docker([...prefix, 'ps', '--all', '--quiet'])).split('\n').filter((id) => id !== '');
      return parseContainers(await docker(['inspect', ...ids]));
    },
    async imageBytes(image) {
      return Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]));
    },
    async remove() {
      await docker(removal);
      release();
    },
  };
}

function parseContainers(json: string): Container[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new TypeError('the engine gave no list of containers');
  return list.map((item: unknown) => {
    const [config, state, host] = [at(item, 'Config'), at(item, 'State'), at(item, 'HostConfig')];
    return {
      service: String(at(at(config, 'Labels'), 'com.docker.compose.service')),
      user: String(at(config, 'User')),
      running: at(state, 'Running') === true,
      exitCode: Number(at(state, 'ExitCode')),
      readOnly: at(host, 'ReadonlyRootfs') === true,
      capabilitiesDropped: texts(at(host, 'CapDrop')),
      securityOptions: texts(at(host, 'SecurityOpt')),
      memoryBytes: Number(at(host, 'Memory')),
      restartLimit: Number(at(at(host, 'RestartPolicy'), 'MaximumRetryCount')),
      volumes: values(at(item, 'Mounts'))
        .filter((mount) => at(mount, 'Type') === 'volume')
        .map((mount) => String(at(mount, 'Destination'))),
      publishedOn: values(at(host, 'PortBindings'))
        .flatMap(values)
        .map((binding) => String(at(binding, 'HostIp'))),
    };
  });
}

function at(value: unknown, name: string): unknown {
  return new Map<string, unknown>(isObject(value) ? Object.entries(value) : []).get(name);
}

function values(value: unknown): unknown[] {
  return isObject(value) ? Object.values(value) : [];
}

function texts(value: unknown): string[] {
  return values(value).map(String);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
