"""charts/nginx at the ends of its range: hardly anything, and all that fits together."""

from __future__ import annotations

from tests.charts.rendering import by_name

MINIMUM = """
replicas: 0
persistence: {enabled: false}
livenessProbe: {enabled: false}
readinessProbe: {enabled: false}
service: {enabled: false}
networkPolicy: {enabled: false}
tests: {enabled: false}
pdb: {enabled: false}
serviceAccount: {create: false}
resources: null
podAntiAffinity: {preset: none}
topologySpreadConstraints: []
preStopSleepSeconds: 0
"""
MAXIMUM = """
platform: kubesphere
nameOverride: site
fullnameOverride: web
clusterDomain: cluster.example
commonLabels: {team: a}
commonAnnotations: {note: "on"}
image:
  registry: registry.example.com:5000
  repository: team/nginx
  tag: "1.27"
  digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"
  pullPolicy: Always
  pullSecrets: [one, two]
  credentials: [{registry: registry.example.com, username: a, password: "b:c"}]
replicas: 5
podManagementPolicy: Parallel
updateStrategy: {type: RollingUpdate, partition: 1, maxUnavailable: 50%}
revisionHistoryLimit: 3
minReadySeconds: 5
terminationGracePeriodSeconds: 60
preStopSleepSeconds: 10
containerName: server
containerPorts: {http: 8081, https: 8444}
portNames: {http: web, https: websecure}
stdin: true
tty: true
args: ["-e", "/dev/stderr"]
command: [nginx, -c, /etc/nginx/holdfast/nginx.conf]
env:
  - {name: NOTHING, value: ""}
  - {name: "ON", value: "on"}
  - {name: A, valueFrom: {configMapKeyRef: {name: more, key: a.b_c, optional: true}}}
  - {name: B, valueFrom: {secretKeyRef: {name: more, key: b}}}
  - {name: C, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app.kubernetes.io/name']"}}}
  - {name: D, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
envFrom: [{configMapRef: {name: more}, prefix: M_}, {secretRef: {name: more, optional: true}}]
extraPorts:
  - {name: dns-tcp, containerPort: 5353, servicePort: 53}
  - {name: dns-udp, containerPort: 5353, protocol: UDP, servicePort: 53}
lifecycle:
  postStart: {exec: {command: ["true"]}}
  preStop: {httpGet: {path: /bye, port: web, httpHeaders: [{name: X-A, value: b}]}}
livenessProbe:
  handler: {httpGet: {path: /healthz, port: web, scheme: HTTP}}
  initialDelaySeconds: 5
  periodSeconds: 20
  timeoutSeconds: 2
  successThreshold: 1
  failureThreshold: 6
readinessProbe:
  handler: {tcpSocket: {port: 8081}}
  initialDelaySeconds: 1
  periodSeconds: 20
  timeoutSeconds: 2
  successThreshold: 2
  failureThreshold: 6
startupProbe:
  enabled: true
  handler: {exec: {command: ["true"]}}
  initialDelaySeconds: 1
  periodSeconds: 20
  timeoutSeconds: 2
  successThreshold: 1
  failureThreshold: 60
resources:
  requests: {cpu: 0.5, memory: 64Mi, ephemeral-storage: 1Gi, hugepages-2Mi: 4Mi}
  limits: {cpu: 2, memory: 1Gi, ephemeral-storage: 2Gi, hugepages-2Mi: 4Mi}
gpu: {enabled: true, resourceName: example.com/gpu, count: 2, model: a100}
podLabels: {app: nginx, version: v1}
podAnnotations: {a.example.com/b: "1"}
securityProfile: baseline
podSecurityContext:
  runAsNonRoot: true
  runAsUser: 1001
  runAsGroup: 1001
  fsGroup: 1001
  fsGroupChangePolicy: Always
  supplementalGroups: [2000]
  seccompProfile: {type: Localhost, localhostProfile: profiles/web.json}
containerSecurityContext:
  readOnlyRootFilesystem: false
  allowPrivilegeEscalation: true
  capabilities: {drop: [ALL], add: [NET_BIND_SERVICE, CHOWN]}
initContainers:
  - {name: first, image: "busybox:1.36", command: ["true"]}
sidecars:
  - name: second
    image: busybox:1.36
    args: [sleep, "1"]
    ports: [{name: more, containerPort: 7000}]
    volumeMounts: [{name: scratch, mountPath: /scratch}]
extraVolumes:
  - {name: scratch, emptyDir: {medium: Memory, sizeLimit: 1Gi}}
  - {name: settings, configMap: {name: more, defaultMode: 288, items: [{key: a, path: b/c}]}}
  - {name: keys, secret: {secretName: more, optional: true}}
  - {name: shared, persistentVolumeClaim: {claimName: shared, readOnly: true}}
  - {name: all, projected: {sources: [{configMap: {name: more}}]}}
  - {name: about, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}
  - {name: driver, csi: {driver: csi.example.com}}
  - {name: files, nfs: {server: nfs.example.com, path: /srv}}
  - name: short
    ephemeral:
      volumeClaimTemplate:
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
extraVolumeMounts:
  - {name: scratch, mountPath: /scratch}
  - {name: settings, mountPath: /settings/one, subPath: b/c, readOnly: true}
  - {name: www, mountPath: /keep}
persistence:
  claimName: www
  storageClass: fast
  accessModes: [ReadWriteOnce, ReadWriteMany]
  size: 1.5Gi
  labels: {app: nginx}
  annotations: {backup: "yes"}
  retention: {whenDeleted: Delete, whenScaled: Delete}
  extraClaims:
    - {name: more, mountPath: /more, size: 5Gi, storageClass: "", accessModes: [ReadWriteOncePod]}
nodeSelector: {disk: ssd, accelerator: a100}
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms:
      - matchExpressions:
          - {key: disk, operator: In, values: [ssd]}
          - {key: cores, operator: Gt, values: ["1"]}
        matchFields: [{key: metadata.name, operator: NotIn, values: [node-9]}]
  preferredDuringSchedulingIgnoredDuringExecution:
    - {weight: 1, preference: {matchExpressions: [{key: old, operator: DoesNotExist}]}}
podAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 50
      podAffinityTerm: {topologyKey: zone, namespaces: [a], labelSelector: {matchLabels: {a: b}}}
podAntiAffinity:
  preset: hard
  topologyKey: topology.kubernetes.io/zone
  weight: 10
  terms:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: rack
        namespaceSelector: {}
        labelSelector: {matchExpressions: [{key: a, operator: Exists}]}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: zone
    whenUnsatisfiable: DoNotSchedule
    labelSelector: {matchLabels: {a: b}}
tolerations:
  - {key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 30}
  - {key: a, operator: Equal, value: b}
priorityClassName: high
runtimeClassName: kata
dns:
  policy: None
  config:
    nameservers: [10.0.0.10, "fd00::a"]
    searches: [a.example.com]
    options: [{name: ndots, value: "2"}, {name: edns0}]
hostAliases: [{ip: 10.0.0.1, hostnames: [db.example.com]}]
timezone: {name: Asia/Shanghai}
headlessService: {name: nginx, port: 8080, labels: {app: nginx}, annotations: {c: d}}
service:
  name: nginx-svc
  type: LoadBalancer
  port: 8080
  nodePort: 30080
  sessionAffinity: ClientIP
  externalTrafficPolicy: Local
  loadBalancerClass: example.com/lb
  loadBalancerSourceRanges: [10.0.0.0/8, "fd00::/8"]
  labels: {a: b}
  annotations: {c: d}
httpsService: {port: 8443, nodePort: 30443}
pdb: {maxUnavailable: 50%, unhealthyPodEvictionPolicy: IfHealthyBudget}
networkPolicy:
  allowExternal: false
  clientLabels: {role: client}
  extraIngress: [{from: [{namespaceSelector: {}}], ports: [{port: 8081}]}]
  extraEgress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]
serviceAccount: {name: nginx-account, automount: true, annotations: {c: d}}
metrics:
  enabled: true
  port: 9114
  image: &image
    registry: r.example.com
    repository: other
    tag: "1"
    digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000"
    pullPolicy: Always
  resources:
    requests: {cpu: 50m, memory: 16Mi, ephemeral-storage: 1Mi}
    limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}
  serviceMonitor: {enabled: true, interval: 15s, labels: {release: prometheus}}
  prometheusRule:
    enabled: true
    labels: {release: prometheus}
    rules: [{alert: Down, expr: "nginx_up == 0", for: 5m}]
tests:
  image: *image
extraManifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: mine}, data: {a: b}}]
workerProcesses: auto
mainSnippet: "worker_rlimit_nofile 1024;"
httpSnippet: "gzip on;"
serverBlocks: {default.conf: "server { listen 8081; }", b.conf: "# 中文 {{ }} $uri"}
streamBlocks: {dns.conf: "server { listen 5353 udp; proxy_pass 10.0.0.10:53; }"}
configChecksum: one
configChange: restart
content:
  mode: git
  mountPath: /srv/www
  seedIndex: false
  git:
    repository: https://git.example.com/site.git
    ref: release/1.x
    depth: 0
    interval: 30
    credentialsSecret: git
    authority: {configMap: authority, key: root.pem}
    image: *image
tls:
  enabled: true
  existingSecret: web-certificate
  certManager: {issuer: letsencrypt, kind: Issuer, dnsNames: [www.example.com, "*.example.com"]}
ingress:
  enabled: true
  className: nginx
  hosts:
    - {host: "*.example.com", paths: [{path: /, pathType: Prefix}, {path: /a, pathType: Exact}]}
    - {host: ""}
  tls: [{secretName: example, hosts: ["*.example.com"]}]
  annotations: {a: b}
autoscaling:
  enabled: true
  minReplicas: 2
  maxReplicas: 9
  cpu: 70
  memory: 80
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 300
      policies: [{type: Pods, value: 1, periodSeconds: 60}]
"""
# What MAXIMUM cannot have at the same time, or not on its platform.
ACK_MAXIMUM = """
platform: ack
virtualNode: true
pdb: {enabled: true}
existingConfigMap: mine
configChange: reload
content: {mode: claim, existingClaim: shared}
updateStrategy: {type: OnDelete}
logCollection:
  project: k8s-logs
  items:
    - {logstore: nginx-stdout, path: stdout, tags: [app=nginx, tier=front], ttl: 30, shards: 2}
    - {logstore: nginx-files, path: "/var/log/nginx/*.log"}
autoscaling: {enabled: true}
cronAutoscaling:
  enabled: true
  excludeDates: ["* * * 1 1 *"]
  jobs:
    - {name: morning, schedule: "0 0 8 * * 1-5", targetSize: 5}
    - {name: once, schedule: "@date 2026-11-11 00:00:00", targetSize: 9, runOnce: true}
"""
PRIVILEGED_MAXIMUM = """
securityProfile: privileged
containerSecurityContext: {privileged: true}
timezone: {syncHost: true}
extraVolumes: [{name: logs, hostPath: {path: /var/log/web, type: DirectoryOrCreate}}]
service: {type: NodePort, nodePort: 30080}
content: {mode: configMap, configMap: pages, git: {authority: {secret: authority}}}
persistence: {enabled: false}
"""
RANGE = by_name(MINIMUM, MAXIMUM, ACK_MAXIMUM, PRIVILEGED_MAXIMUM)
