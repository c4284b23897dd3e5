-- Keys of the node that holds one of them, a page at a time: a key leads to the right node of a cluster.
-- KEYS[1] any key under the hash tag that is looked for
-- ARGV[1] cursor, "0" at first   ARGV[2] pattern   ARGV[3] keys to look at, about
-- Returns {next cursor, "0" at the end; keys that fit}.
return redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', ARGV[3])
