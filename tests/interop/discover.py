#!/usr/bin/env python3
"""The driver finds all three nodes, their racks and tokens, and routes to each: discover.py HOST"""
import sys

from cassandra.cluster import Cluster
from cassandra.query import SimpleStatement

with Cluster([sys.argv[1]]) as cluster:
    session = cluster.connect()
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
