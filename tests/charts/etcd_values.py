"""charts/etcd at the ends of its range: hardly anything, and all that fits together."""

from __future__ import annotations

from tests.charts.rendering import by_name
from tests.charts.shared_values import with_shared

MINIMUM = """
replicas: 0
persistence: {enabled: false}
livenessProbe: {enabled: false}
readinessProbe: {enabled: false}
startupProbe: {enabled: false}
service: {enabled: false}
networkPolicy: {enabled: false}
tests: {enabled: false}
pdb: {enabled: false}
serviceAccount: {create: false}
resources: null
toolsResources: null
podAntiAffinity: {preset: none}
topologySpreadConstraints: []
"""
MAXIMUM = with_shared(
    "etcd",
    """
fullnameOverride: store
replicas: 9
image:
  registry: registry.example.com:5000
  repository: team/etcd
  tag: v3.6.6
  digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  pullPolicy: Always
  pullSecrets: [one, two]
  credentials: [{registry: registry.example.com, username: a, password: "b:c"}]
containerPorts: {client: 12379, peer: 12380, metrics: 12381}
portNames: {client: web, peer: members, metrics: numbers}
autoscaling: {enabled: false}
tests: {enabled: true}
cluster:
  token: other
  state: new
  listenAddress: "[::]"
  learnerTimeout: 600
  formTimeout: 900
  allowEvenReplicas: true
  allowDowngrade: true
  upgradeUnhealthy: true
auth: {enabled: true, token: jwt, tokenTTL: 1h, rootPassword: "p'w"}
tls:
  peer:
    {enabled: true, issuer: {name: ca, kind: ClusterIssuer}, clientCertAuth: false, duration: 24h}
  client: {enabled: true, existingSecret: c, clientCertAuth: true}
autoCompaction: {mode: revision, retention: "1000"}
quotaBackendBytes: 8589934592
snapshotCount: 5000
heartbeatInterval: 250
electionTimeout: 2500
maxRequestBytes: 10485760
logLevel: debug
extraFlags: {max-learners: 2, pre-vote: true, cipher-suites: TLS_AES_128_GCM_SHA256}
walVolume: {enabled: true, size: 4Gi, storageClass: fast}
snapshot:
  enabled: true
  schedule: "@every 30m"
  suspend: true
  keep: 100
  timeout: 10m
  activeDeadlineSeconds: 3600
  storageClass: slow
  accessModes: [ReadWriteMany]
  size: 100Gi
defrag: {enabled: true, schedule: 0 4 * * SUN, threshold: 10, timeout: 10m, disarm: false}
restore:
  {enabled: true, existingClaim: old, file: a/b.db, bumpRevision: 1000, skipHashCheck: true}
toolsImage:
  registry: r.example.com
  repository: other
  tag: "1"
  digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  pullPolicy: Always
toolsResources:
  requests: {cpu: 50m, memory: 16Mi, ephemeral-storage: 1Mi}
  limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}
metrics:
  enabled: true
  serviceMonitor: {enabled: true, interval: 15s, labels: {release: prometheus}}
  prometheusRule:
    enabled: true
    labels: {release: prometheus}
    rules: [{alert: Down, expr: "up == 0", for: 5m}]
""",
)
# What MAXIMUM cannot have at the same time, or not on its platform.
ACK_MAXIMUM = """
platform: ack
virtualNode: true
pdb: {enabled: true}
updateStrategy: {type: OnDelete}
auth: {enabled: true, existingSecret: accounts, existingSecretKey: root}
tls:
  peer: {enabled: true, existingSecret: peers}
  client: {enabled: true, issuer: {name: ca, kind: Issuer}, duration: 48h}
snapshot: {enabled: true, existingClaim: snapshots}
logCollection:
  project: k8s-logs
  items: [{logstore: etcd-stdout, path: stdout, tags: [app=etcd, tier=back], ttl: 30, shards: 2}]
"""
PRIVILEGED_MAXIMUM = """
securityProfile: privileged
containerSecurityContext: {privileged: true}
timezone: {syncHost: true}
extraVolumes: [{name: logs, hostPath: {path: /var/log/etcd, type: DirectoryOrCreate}}]
service: {type: NodePort, nodePort: 30379}
"""
RANGE = by_name(MINIMUM, MAXIMUM, ACK_MAXIMUM, PRIVILEGED_MAXIMUM)
