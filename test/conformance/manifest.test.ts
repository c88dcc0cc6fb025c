import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync(
  fileURLToPath(new URL('../../samples/container/daemonset.yaml', import.meta.url)),
  'utf8',
);
const dockerfile = readFileSync(
  fileURLToPath(new URL('../../samples/container/Dockerfile', import.meta.url)),
  'utf8',
);

interface Container {
  name: string;
  image: string;
  command: string[];
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
}

interface DaemonSet {
  apiVersion: string;
  kind: string;
  spec: {
    selector: { matchLabels: object };
    template: {
      metadata: { labels: object };
      spec: {
        hostNetwork: boolean;
        initContainers: Container[];
        containers: Container[];
        volumes: { name: string }[];
      };
    };
  };
}

const manifest = parse(text) as DaemonSet;
const { template, selector } = manifest.spec;
const [dropcap] = template.spec.containers;
const containers = [...template.spec.initContainers, ...template.spec.containers];

test('the manifest is a DaemonSet whose selector finds its pods', () => {
  expect([manifest.apiVersion, manifest.kind]).toEqual(['apps/v1', 'DaemonSet']);
  expect(template.metadata.labels).toEqual(selector.matchLabels);
});

test('dropcap runs in the network namespace of the node, as an ordinary user, with two capabilities', () => {
  expect(template.spec.hostNetwork).toBe(true);
  expect(dropcap!.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    allowPrivilegeEscalation: true, // The API server refuses `false` beside SYS_ADMIN.
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'SYS_ADMIN'] },
    seccompProfile: { type: 'RuntimeDefault' },
  });
});

test('no container is privileged or has a writable root, and each has the folder for the drops', () => {
  for (const { securityContext, volumeMounts } of containers) {
    expect(securityContext).not.toHaveProperty('privileged');
    expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(volumeMounts).toEqual([{ name: 'drops', mountPath: '/var/lib/dropcap' }]);
  }
  expect(template.spec.volumes.map(({ name }) => name)).toEqual(['drops']);
});

test("the image's user and folder are those of the manifest", () => {
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  expect(dockerfile).toMatch(/^WORKDIR \/var\/lib\/dropcap$/m);
  expect(dockerfile).toContain('setcap cap_net_admin,cap_sys_admin+p');
  expect(template.spec.initContainers[0]!.command).toEqual(['chown', '1000:1000', '/var/lib/dropcap']);
});
