"""A test kubelet: it runs the pods of a real control plane as real processes.

It is for tests that ask whether a chart works, not only whether the API server takes it. The
fixture `kubelet` gives a control plane (etcd, API server, controllers, scheduler) with three nodes;
what `holdfast install` puts there is started, probed, restarted and ended as a kubelet does it. The
fixture `scene` is a namespace there, which `holdfast` finds by KUBECONFIG:

    pytestmark = [pytest.mark.real, pytest.mark.xdist_group("kubelet")]

    def test_it_answers(scene: Scene) -> None:
        run_command("install", "web", CHART, "-n", scene.namespace).must()
        assert Client.start(scene).get("http://web-nginx/")
        code, said = scene.kubelet.execute(scene.namespace, "web-nginx-0", "nginx", "nginx", "-t")
        faults.kill(scene.kubelet, scene.namespace, "web-nginx-0", "nginx")

Each pod has a network namespace with an address of its own, each container a root file system
(`images` says what runs for which image), a user, capabilities and mounts; crun starts them. DNS
is a hosts file; a Service's address is served by a small balancer. Nodes are `machine`s, volumes
are folders. `faults` kills containers, loses volumes, pulls cables and switches nodes off. Another
`xdist_group` is another worker's, and has a kubelet of its own.

What is not done is refused where it is used, by a message in the pod's status or events: gRPC
probes, host networks, volumes of other kinds. Memory and CPU limits, seccomp profiles and UDP
Services are not enforced or served. It needs Linux, root and what `make tools` builds; elsewhere
the tests are skipped.
"""
