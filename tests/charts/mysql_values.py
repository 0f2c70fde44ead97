"""charts/mysql at the ends of its range: hardly anything, and all that fits together."""

from __future__ import annotations

from tests.charts.rendering import by_name
from tests.charts.shared_values import with_shared

MINIMUM = """
persistence: {enabled: false}
startupProbe: {enabled: false}
livenessProbe: {enabled: false}
readinessProbe: {enabled: false}
auth: {username: "", database: ""}
resources: {requests: null, limits: null}
jobResources: {requests: null, limits: null}
networkPolicy: {enabled: false}
service: {enabled: false}
readService: {enabled: false}
preStopSleepSeconds: 0
pdb: {enabled: false}
serviceAccount: {create: false}
tests: {enabled: false}
"""
MAXIMUM = with_shared(
    "mysql",
    """
fullnameOverride: db
replicas: 5
podManagementPolicy: OrderedReady
image:
  registry: registry.example.com:5000
  repository: team/mysql
  tag: 9.7.4-oracle
  digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  pullPolicy: Always
  pullSecrets: [one, two]
  credentials: [{registry: registry.example.com, username: a, password: "b:c"}]
mysqlVersion: 9.7.4
args: [--lower-case-table-names=1]
command: null
containerPorts: {mysql: 13306, mysqlx: 13060}
autoscaling: {enabled: false}
lifecycle:
  postStart: {exec: {command: ["true"]}}
  preStop: {exec: {command: ["true"]}}
livenessProbe:
  initialDelaySeconds: 5
  periodSeconds: 20
  timeoutSeconds: 2
  successThreshold: 1
  failureThreshold: 6
  handler: {tcpSocket: {port: 13306}}
readinessProbe:
  initialDelaySeconds: 5
  periodSeconds: 20
  timeoutSeconds: 2
  successThreshold: 2
  failureThreshold: 6
  handler: {exec: {command: ["true"]}}
auth:
  username: shop
  database: shop_1
  rotation: retain
  appPassword: "p'w"
  rootPassword: 'r"#w'
  replicationPassword: é
  backupPassword: "\\\\ $x"
replication:
  user: follower
  serverIdBase: 4000000000
  maxLagSeconds: 5
  binlogExpireDays: 49
  semiSync: {enabled: true, timeoutMilliseconds: 1000}
config:
  common: {max_connections: 500, sql-mode: "ANSI"}
  primary: {innodb_buffer_pool_size: 1G}
  replica: {replica_parallel_workers: 8}
mysqlx: {enabled: true}
initScripts: {a.sql: "CREATE TABLE t (i INT);"}
recovery: {lostSource: 4dec9178-eabe-11f1-b59d-228ebd5b2d4b}
service: &service
  name: db-rw
  type: LoadBalancer
  port: 3307
  nodePort: 30307
  sessionAffinity: ClientIP
  externalTrafficPolicy: Local
  loadBalancerClass: example.com/lb
  loadBalancerSourceRanges: [10.0.0.0/8]
  labels: {a: b}
  annotations: {c: d}
readService: {<<: *service, name: db-ro, port: 3308, nodePort: 30306}
tls: {enabled: true, issuerRef: {name: ca, kind: ClusterIssuer}, requireSecureTransport: true}
backup:
  enabled: true
  keep: 3
  schedule: 0 3 * * MON-FRI
  suspend: true
  activeDeadlineSeconds: 7200
  startingDeadlineSeconds: 600
  storageClass: slow
  accessModes: [ReadWriteMany]
  size: 1Ti
jobResources:
  requests: {cpu: 50m, memory: 16Mi, ephemeral-storage: 1Mi}
  limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}
""",
)
# What MAXIMUM cannot have at the same time, or not on its platform.
ACK_MAXIMUM = """
platform: ack
virtualNode: true
pdb: {enabled: true}
updateStrategy: {type: OnDelete}
auth: {existingSecret: accounts}
tls: {enabled: true, existingSecret: certificate}
backup: {enabled: true, existingClaim: backups}
restore: {enabled: true, existingClaim: backups, file: shop.sql.gz, timeout: 2h}
logCollection:
  project: k8s-logs
  items: [{logstore: slow, path: "/var/log/mysql/*.log", tags: [app=mysql], ttl: 30, shards: 2}]
"""
PRIVILEGED_MAXIMUM = """
securityProfile: privileged
containerSecurityContext: {privileged: true}
timezone: {syncHost: true}
extraVolumes: [{name: logs, hostPath: {path: /var/log/mysql-more, type: DirectoryOrCreate}}]
service: {type: NodePort, nodePort: 30306}
"""
RANGE = by_name(MINIMUM, MAXIMUM, ACK_MAXIMUM, PRIVILEGED_MAXIMUM)
