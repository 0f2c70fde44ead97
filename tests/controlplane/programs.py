"""The command lines of the control plane's programs: every flag has its reason here."""

from collections.abc import Sequence
from pathlib import Path

from .binaries import binary
from .certificates import Certificates

STAGES = Path(__file__).with_name("stages.yaml")
Command = Sequence[str | Path]


def etcd(folder: Path, *, client_port: int, peer_port: int) -> Command:
    """One member that forgets the disk: the data need not survive a power cut."""
    client, peer = f"http://127.0.0.1:{client_port}", f"http://127.0.0.1:{peer_port}"
    return (
        binary("etcd"),
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    )


def api_server(certificates: Certificates, tokens: Path, *, port: int, etcd_port: int) -> Command:
    """Serve on loopback only; no endpoint reconciler, for endpoints must not be on loopback."""
    return (
        binary("kube-apiserver"),
        f"--etcd-servers=http://127.0.0.1:{etcd_port}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        f"--tls-cert-file={certificates.server_cert_file}",
        f"--tls-private-key-file={certificates.server_key_file}",
        f"--client-ca-file={certificates.ca_file}",
        f"--token-auth-file={tokens}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={certificates.service_account_key_file}",
        f"--service-account-signing-key-file={certificates.service_account_key_file}",
        "--service-cluster-ip-range=10.0.0.0/16",
        "--kubelet-preferred-address-types=InternalIP",  # the nodes' names lead nowhere
        "--allow-privileged=true",
    )


def controller_manager(kubeconfig: Path, certificates: Certificates) -> Command:
    """All controllers, with the client's brake off: tests wait for what they do."""
    return (
        binary("kube-controller-manager"),
        f"--kubeconfig={kubeconfig}",
        f"--service-account-private-key-file={certificates.service_account_key_file}",
        f"--root-ca-file={certificates.ca_file}",
        "--enable-hostpath-provisioner=true",
        "--pvclaimbinder-sync-period=1s",  # by default released volumes stay up to 15 s
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    )


def scheduler(kubeconfig: Path) -> Command:
    """Place pods on nodes as in production."""
    return (
        binary("kube-scheduler"),
        f"--kubeconfig={kubeconfig}",
        "--leader-elect=false",
        "--secure-port=0",
        # It now and then misses that a claim was bound, and looks again after 5 minutes by default.
        "--pod-max-in-unschedulable-pods-duration=5s",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    )


def kwok(kubeconfig: Path, certificates: Certificates, logs: Path, *, port: int) -> Command:
    """Play the kubelets; without leases the nodes would turn NotReady after a minute.

    On `port` it answers for all of them, with what `logs` says that containers have written.
    """
    return (
        binary("kwok"),
        f"--kubeconfig={kubeconfig}",
        f"--config={STAGES}",
        f"--config={logs}",
        f"--server-address=127.0.0.1:{port}",
        "--node-ip=127.0.0.1",
        f"--node-port={port}",
        f"--tls-cert-file={certificates.server_cert_file}",
        f"--tls-private-key-file={certificates.server_key_file}",
        "--manage-all-nodes=true",
        "--cidr=10.244.0.0/16",  # its default lies in the services' range
        "--node-lease-duration-seconds=40",
    )
