#!/usr/bin/env python3
"""The driver finds all three nodes, their racks and tokens, and routes to each: discover.py HOST"""
import sys
import time

from cassandra.cluster import Cluster
from cassandra.query import SimpleStatement

with Cluster([sys.argv[1]]) as cluster:
    session = cluster.connect()
    # A busy machine may be slower than the half second that a node waits for its seeds; then the
    # events tell the driver.
    end = time.time() + 20
    while (len([host for host in cluster.metadata.all_hosts() if host.is_up]) < 3 or len(session.get_pools()) < 3
           or len(cluster.metadata.token_map.ring) < 48):
        assert time.time() < end, cluster.metadata.all_hosts()
        time.sleep(0.1)
    hosts = cluster.metadata.all_hosts()
    assert len(hosts) == 3 and all(host.is_up for host in hosts), hosts
    assert {host.datacenter for host in hosts} == {"datacenter1"}
    assert len({host.rack for host in hosts}) == 3, [host.rack for host in hosts]
    assert len(cluster.metadata.token_map.ring) == 48, len(cluster.metadata.token_map.ring)
    asked = set()
    for host in hosts:
        row = session.execute(SimpleStatement("SELECT broadcast_address FROM system.local"), host=host).one()
        asked.add(row.broadcast_address)
    assert asked == {host.address for host in hosts}, asked
