#!/usr/bin/env python3
"""Writes rows at QUORUM for some seconds and counts failures: quorum_load.py HOST SECONDS|count

The driver's own retry and reconnection are all that stands between a dead node and a failure.
`count` reads the rows at ONE from HOST alone.
"""
import json
import sys
import time

from cassandra import ConsistencyLevel
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT
from cassandra.policies import RetryPolicy, WhiteListRoundRobinPolicy


class RetryNextHost(RetryPolicy):
    def on_request_error(self, query, consistency, error, retry_num):
        return (self.RETRY_NEXT_HOST, None) if retry_num < 3 else (self.RETHROW, None)

    def on_write_timeout(self, query, consistency, write_type, required_responses, received_responses, retry_num):
        return (self.RETRY, consistency) if retry_num < 3 else (self.RETHROW, None)


host, what = sys.argv[1:3]
if what == "count":
    profile = ExecutionProfile(load_balancing_policy=WhiteListRoundRobinPolicy([host]), consistency_level=ConsistencyLevel.ONE)
    with Cluster([host], execution_profiles={EXEC_PROFILE_DEFAULT: profile}) as cluster:
        print(json.dumps({"rows": cluster.connect().execute("SELECT count(*) FROM load.t").one()[0]}))
    sys.exit(0)

profile = ExecutionProfile(consistency_level=ConsistencyLevel.QUORUM, retry_policy=RetryNextHost(), request_timeout=20)
with Cluster([host], execution_profiles={EXEC_PROFILE_DEFAULT: profile}) as cluster:
    session = cluster.connect()
    session.execute("CREATE KEYSPACE IF NOT EXISTS load WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 3}")
    session.execute("CREATE TABLE IF NOT EXISTS load.t (k int PRIMARY KEY, v text)")
    insert = session.prepare("INSERT INTO load.t (k, v) VALUES (?, ?)")
    insert.is_idempotent = True
    end = time.time() + float(what)
    written = failed = 0
    while time.time() < end:
        try:
            session.execute(insert, (written, f"value {written}"))
            written += 1
        except Exception as e:
            failed += 1
            print(e, file=sys.stderr)
    print(json.dumps({"written": written, "failed": failed}))
