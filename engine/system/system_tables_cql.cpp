// The tables of the system keyspaces as Cassandra 5.0.4 defines them: facts that drivers and tools
// rely on, in compact CQL. Options that are not named have their defaults.
#include "engine/system/system_tables_cql.h"

namespace engine::system::detail {

const std::string_view kSystemTables = R"cql(
CREATE TABLE system.available_ranges (keyspace_name text PRIMARY KEY, ranges set<blob>) WITH
    comment =
    'available keyspace/ranges during bootstrap/replace that are ready to be served' AND
    gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.available_ranges_v2 (keyspace_name text PRIMARY KEY, full_ranges
    set<blob>, transient_ranges set<blob>) WITH comment =
    'available keyspace/ranges during bootstrap/replace that are ready to be served' AND
    gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.batches (id timeuuid PRIMARY KEY, version int, mutations list<blob>)
    WITH comment = 'batches awaiting replay' AND compaction = {'class':
    'SizeTieredCompactionStrategy', 'min_threshold': '2'} AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.built_views (keyspace_name text, view_name text, status_replicated
    boolean, PRIMARY KEY (keyspace_name, view_name)) WITH comment = 'built views' AND
    gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.compaction_history (id timeuuid PRIMARY KEY, bytes_in bigint, bytes_out
    bigint, columnfamily_name text, compacted_at timestamp, compaction_properties
    frozen<map<text, text>>, keyspace_name text, rows_merged map<int, bigint>) WITH comment
    = 'week-long compaction history' AND default_time_to_live = 604800 AND gc_grace_seconds
    = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system."IndexInfo" (table_name text, index_name text, value blob, PRIMARY KEY
    (table_name, index_name)) WITH comment = 'built column indexes' AND gc_grace_seconds = 0
    AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.local (key text PRIMARY KEY, bootstrapped text, broadcast_address inet,
    broadcast_port int, cluster_name text, cql_version text, data_center text,
    gossip_generation int, host_id uuid, listen_address inet, listen_port int,
    native_protocol_version text, partitioner text, rack text, release_version text,
    rpc_address inet, rpc_port int, schema_version uuid, tokens set<text>, truncated_at
    map<uuid, blob>) WITH comment = 'information about the local node' AND gc_grace_seconds
    = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.paxos (row_key blob, cf_id uuid, in_progress_ballot timeuuid,
    in_progress_read_ballot timeuuid, most_recent_commit blob, most_recent_commit_at
    timeuuid, most_recent_commit_version int, proposal blob, proposal_ballot timeuuid,
    proposal_version int, PRIMARY KEY (row_key, cf_id)) WITH comment =
    'in-progress paxos proposals' AND compaction = {'class': 'LeveledCompactionStrategy',
    'min_threshold': '4'} AND gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000
    AND bloom_filter_fp_chance = 0.01;
CREATE TABLE system.paxos_repair_history (keyspace_name text, table_name text, points
    frozen<list<frozen<tuple<blob, timeuuid>>>>, PRIMARY KEY (keyspace_name, table_name))
    WITH comment = 'paxos repair history' AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.peer_events (peer inet PRIMARY KEY, hints_dropped map<timeuuid, int>)
    WITH comment = 'events related to peers' AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.peer_events_v2 (peer inet, peer_port int, hints_dropped map<timeuuid,
    int>, PRIMARY KEY (peer, peer_port)) WITH comment = 'events related to peers' AND
    gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.peers (peer inet PRIMARY KEY, data_center text, host_id uuid,
    preferred_ip inet, rack text, release_version text, rpc_address inet, schema_version
    uuid, tokens set<text>) WITH comment = 'information about known peers in the cluster'
    AND gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.peers_v2 (peer inet, peer_port int, data_center text, host_id uuid,
    native_address inet, native_port int, preferred_ip inet, preferred_port int, rack text,
    release_version text, schema_version uuid, tokens set<text>, PRIMARY KEY (peer,
    peer_port)) WITH comment = 'information about known peers in the cluster' AND
    gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.prepared_statements (prepared_id blob PRIMARY KEY, logged_keyspace text,
    query_string text) WITH comment = 'prepared statements' AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.repairs (parent_id timeuuid PRIMARY KEY, coordinator inet,
    coordinator_port int, last_update timestamp, repaired_at timestamp, started_at
    timestamp, state int, cfids set<uuid>, participants set<inet>, participants_wp
    set<text>, ranges set<blob>) WITH comment = 'repairs' AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.size_estimates (keyspace_name text, table_name text, range_start text,
    range_end text, mean_partition_size bigint, partitions_count bigint, PRIMARY KEY
    (keyspace_name, table_name, range_start, range_end)) WITH comment =
    'per-table primary range size estimates, table is deprecated in favor of table_estimates'
    AND gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.sstable_activity (keyspace_name text, columnfamily_name text, generation
    int, rate_120m double, rate_15m double, PRIMARY KEY ((keyspace_name, columnfamily_name,
    generation))) WITH comment = 'historic sstable read rates' AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.sstable_activity_v2 (keyspace_name text, table_name text, id text,
    rate_120m double, rate_15m double, PRIMARY KEY ((keyspace_name, table_name, id))) WITH
    comment = 'historic sstable read rates' AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.table_estimates (keyspace_name text, table_name text, range_type text,
    range_start text, range_end text, mean_partition_size bigint, partitions_count bigint,
    PRIMARY KEY (keyspace_name, table_name, range_type, range_start, range_end)) WITH
    comment = 'per-table range size estimates' AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.top_partitions (keyspace_name text, table_name text, top_type text,
    last_update timestamp, top frozen<list<frozen<tuple<text, bigint>>>>, PRIMARY KEY
    (keyspace_name, table_name, top_type)) WITH comment = 'Stores the top partitions' AND
    gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.transferred_ranges (operation text, keyspace_name text, peer inet,
    ranges set<blob>, PRIMARY KEY ((operation, keyspace_name), peer)) WITH comment =
    'record of transferred ranges for streaming operation' AND gc_grace_seconds = 0 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.transferred_ranges_v2 (operation text, keyspace_name text, peer inet,
    peer_port int, ranges set<blob>, PRIMARY KEY ((operation, keyspace_name), peer,
    peer_port)) WITH comment = 'record of transferred ranges for streaming operation' AND
    gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system.view_builds_in_progress (keyspace_name text, view_name text, start_token
    text, end_token text, keys_built bigint, last_token text, PRIMARY KEY (keyspace_name,
    view_name, start_token, end_token)) WITH comment = 'views builds current progress' AND
    gc_grace_seconds = 0 AND memtable_flush_period_in_ms = 3600000;
)cql";
const std::string_view kSystemSchemaTables = R"cql(
CREATE TABLE system_schema.aggregates (keyspace_name text, aggregate_name text,
    argument_types frozen<list<text>>, final_func text, initcond text, return_type text,
    state_func text, state_type text, PRIMARY KEY (keyspace_name, aggregate_name,
    argument_types)) WITH comment = 'user defined aggregate definitions' AND
    gc_grace_seconds = 604800 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.column_masks (keyspace_name text, table_name text, column_name
    text, function_argument_nulls frozen<list<boolean>>, function_argument_types
    frozen<list<text>>, function_argument_values frozen<list<text>>, function_keyspace text,
    function_name text, PRIMARY KEY (keyspace_name, table_name, column_name)) WITH comment =
    'column dynamic data masks' AND gc_grace_seconds = 604800 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.columns (keyspace_name text, table_name text, column_name text,
    clustering_order text, column_name_bytes blob, kind text, position int, type text,
    PRIMARY KEY (keyspace_name, table_name, column_name)) WITH comment =
    'column definitions' AND gc_grace_seconds = 604800 AND memtable_flush_period_in_ms =
    3600000;
CREATE TABLE system_schema.dropped_columns (keyspace_name text, table_name text, column_name
    text, dropped_time timestamp, kind text, type text, PRIMARY KEY (keyspace_name,
    table_name, column_name)) WITH comment = 'dropped column registry' AND gc_grace_seconds
    = 604800 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.functions (keyspace_name text, function_name text, argument_types
    frozen<list<text>>, argument_names frozen<list<text>>, body text, called_on_null_input
    boolean, language text, return_type text, PRIMARY KEY (keyspace_name, function_name,
    argument_types)) WITH comment = 'user defined function definitions' AND gc_grace_seconds
    = 604800 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.indexes (keyspace_name text, table_name text, index_name text,
    kind text, options frozen<map<text, text>>, PRIMARY KEY (keyspace_name, table_name,
    index_name)) WITH comment = 'secondary index definitions' AND gc_grace_seconds = 604800
    AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.keyspaces (keyspace_name text PRIMARY KEY, durable_writes
    boolean, replication frozen<map<text, text>>) WITH comment = 'keyspace definitions' AND
    gc_grace_seconds = 604800 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.tables (keyspace_name text, table_name text,
    additional_write_policy text, allow_auto_snapshot boolean, bloom_filter_fp_chance
    double, caching frozen<map<text, text>>, cdc boolean, comment text, compaction
    frozen<map<text, text>>, compression frozen<map<text, text>>, crc_check_chance double,
    dclocal_read_repair_chance double, default_time_to_live int, extensions frozen<map<text,
    blob>>, flags frozen<set<text>>, gc_grace_seconds int, id uuid, incremental_backups
    boolean, max_index_interval int, memtable text, memtable_flush_period_in_ms int,
    min_index_interval int, read_repair text, read_repair_chance double, speculative_retry
    text, PRIMARY KEY (keyspace_name, table_name)) WITH comment = 'table definitions' AND
    gc_grace_seconds = 604800 AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.triggers (keyspace_name text, table_name text, trigger_name text,
    options frozen<map<text, text>>, PRIMARY KEY (keyspace_name, table_name, trigger_name))
    WITH comment = 'trigger definitions' AND gc_grace_seconds = 604800 AND
    memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.types (keyspace_name text, type_name text, field_names
    frozen<list<text>>, field_types frozen<list<text>>, PRIMARY KEY (keyspace_name,
    type_name)) WITH comment = 'user defined type definitions' AND gc_grace_seconds = 604800
    AND memtable_flush_period_in_ms = 3600000;
CREATE TABLE system_schema.views (keyspace_name text, view_name text,
    additional_write_policy text, allow_auto_snapshot boolean, base_table_id uuid,
    base_table_name text, bloom_filter_fp_chance double, caching frozen<map<text, text>>,
    cdc boolean, comment text, compaction frozen<map<text, text>>, compression
    frozen<map<text, text>>, crc_check_chance double, dclocal_read_repair_chance double,
    default_time_to_live int, extensions frozen<map<text, blob>>, gc_grace_seconds int, id
    uuid, include_all_columns boolean, incremental_backups boolean, max_index_interval int,
    memtable text, memtable_flush_period_in_ms int, min_index_interval int, read_repair
    text, read_repair_chance double, speculative_retry text, where_clause text, PRIMARY KEY
    (keyspace_name, view_name)) WITH comment = 'view definitions' AND gc_grace_seconds =
    604800 AND memtable_flush_period_in_ms = 3600000;
)cql";
const std::string_view kDistributedTables = R"cql(
CREATE TABLE system_auth.cidr_groups (cidr_group text PRIMARY KEY, cidrs
    frozen<set<frozen<tuple<inet, smallint>>>>) WITH comment =
    'cidr groups to cidrs mapping' AND gc_grace_seconds = 7776000;
CREATE TABLE system_auth.cidr_permissions (role text PRIMARY KEY, cidr_groups
    frozen<set<text>>) WITH comment = 'user cidr permissions' AND gc_grace_seconds = 7776000;
CREATE TABLE system_auth.identity_to_role (identity text PRIMARY KEY, role text) WITH
    comment = 'mtls authorized identities lookup table' AND gc_grace_seconds = 7776000;
CREATE TABLE system_auth.network_permissions (role text PRIMARY KEY, dcs frozen<set<text>>)
    WITH comment = 'user network permissions' AND gc_grace_seconds = 7776000;
CREATE TABLE system_auth.resource_role_permissons_index (resource text, role text, PRIMARY
    KEY (resource, role)) WITH comment =
    'index of db roles with permissions granted on a resource' AND gc_grace_seconds =
    7776000;
CREATE TABLE system_auth.role_members (role text, member text, PRIMARY KEY (role, member))
    WITH comment = 'role memberships lookup table' AND gc_grace_seconds = 7776000;
CREATE TABLE system_auth.role_permissions (role text, resource text, permissions set<text>,
    PRIMARY KEY (role, resource)) WITH comment = 'permissions granted to db roles' AND
    gc_grace_seconds = 7776000;
CREATE TABLE system_auth.roles (role text PRIMARY KEY, can_login boolean, is_superuser
    boolean, salted_hash text, member_of set<text>) WITH comment = 'role definitions' AND
    gc_grace_seconds = 7776000;
CREATE TABLE system_distributed.parent_repair_history (parent_id timeuuid PRIMARY KEY,
    exception_message text, exception_stacktrace text, finished_at timestamp, keyspace_name
    text, started_at timestamp, columnfamily_names set<text>, options map<text, text>,
    requested_ranges set<text>, successful_ranges set<text>) WITH comment = 'Repair history'
    AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_size':
    '1', 'compaction_window_unit': 'DAYS', 'min_threshold': '4'} AND default_time_to_live =
    2592000;
CREATE TABLE system_distributed.partition_denylist (ks_name text, table_name text, key blob,
    PRIMARY KEY ((ks_name, table_name), key)) WITH comment =
    'Partition keys which have been denied access';
CREATE TABLE system_distributed.repair_history (keyspace_name text, columnfamily_name text,
    id timeuuid, coordinator inet, coordinator_port int, exception_message text,
    exception_stacktrace text, finished_at timestamp, parent_id timeuuid, range_begin text,
    range_end text, started_at timestamp, status text, participants set<inet>,
    participants_v2 set<text>, PRIMARY KEY ((keyspace_name, columnfamily_name), id)) WITH
    comment = 'Repair history' AND compaction = {'class': 'TimeWindowCompactionStrategy',
    'compaction_window_size': '1', 'compaction_window_unit': 'DAYS', 'min_threshold': '4'}
    AND default_time_to_live = 2592000;
CREATE TABLE system_distributed.view_build_status (keyspace_name text, view_name text,
    host_id uuid, status text, PRIMARY KEY ((keyspace_name, view_name), host_id)) WITH
    comment = 'Materialized View build status';
CREATE TABLE system_traces.events (session_id uuid, event_id timeuuid, activity text, source
    inet, source_elapsed int, source_port int, thread text, PRIMARY KEY (session_id,
    event_id)) WITH comment = 'tracing events' AND gc_grace_seconds = 0;
CREATE TABLE system_traces.sessions (session_id uuid PRIMARY KEY, client inet, command text,
    coordinator inet, coordinator_port int, duration int, request text, started_at
    timestamp, parameters map<text, text>) WITH comment = 'tracing sessions' AND
    gc_grace_seconds = 0;
)cql";

} // namespace engine::system::detail
