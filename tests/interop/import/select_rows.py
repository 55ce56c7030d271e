#!/usr/bin/env python3
"""select_rows.py HOST KEYSPACE TABLE…: rows as SELECT JSON * gives them, one object of tables to lists."""
import json
import sys

from cassandra import ConsistencyLevel
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile

profile = ExecutionProfile(consistency_level=ConsistencyLevel.ALL, request_timeout=60)
cluster = Cluster([sys.argv[1]], execution_profiles={EXEC_PROFILE_DEFAULT: profile})
session = cluster.connect()
answers = {}
for table in sys.argv[3:]:
    answers[table] = [json.loads(row[0]) for row in session.execute(f'SELECT JSON * FROM "{sys.argv[2]}"."{table}"')]
print(json.dumps(answers))
cluster.shutdown()
