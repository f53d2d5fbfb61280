-- What people write that Flink refuses (E) or that hurts (W), one of each kind, behind the tables that they use: the rule
-- that says so, and the release that it is said for where that is not the default.
CREATE TABLE orders (id BIGINT, item STRING, amount DECIMAL(10,2), ts TIMESTAMP(3), proc AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector'='kafka','topic'='orders','properties.bootstrap.servers'='k:9092','properties.group.id'='g','scan.startup.mode'='earliest-offset','format'='json');
CREATE TABLE o2 (id BIGINT, item STRING, amount DECIMAL(10,2), ts TIMESTAMP(3), proc AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector'='kafka','topic'='orders','properties.bootstrap.servers'='k:9092','properties.group.id'='g','scan.startup.mode'='earliest-offset','format'='json');
CREATE TABLE ks (item STRING, n BIGINT) WITH ('connector'='kafka','topic'='ks','properties.group.id'='g','scan.startup.mode'='earliest-offset','properties.bootstrap.servers'='k:9092','format'='json');
CREATE TABLE pr (item STRING, n BIGINT) WITH ('connector'='print');
CREATE TABLE up (item STRING, n BIGINT, PRIMARY KEY (item) NOT ENFORCED) WITH ('connector'='upsert-kafka','topic'='up','properties.bootstrap.servers'='k:9092','key.format'='json','value.format'='json');
CREATE TABLE versions (item STRING, n BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, PRIMARY KEY (item) NOT ENFORCED) WITH ('connector'='upsert-kafka','topic'='up','properties.bootstrap.servers'='k:9092','key.format'='json','value.format'='json');
CREATE TABLE cdc (id BIGINT, item STRING, amount DECIMAL(10,2), ts TIMESTAMP(3), proc AS PROCTIME(), WATERMARK FOR ts AS ts, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector'='mysql-cdc','hostname'='db','port'='3306','username'='u','password'='${PASSWORD}','database-name'='d','table-name'='t','server-id'='5400-5404');
CREATE TABLE dim (id BIGINT, x INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector'='jdbc','url'='jdbc:postgresql://h/d','table-name'='dim');

-- E01: AS1001, parse-error
SELECT FROM orders;

-- E02: AS1001, reserved-word
CREATE TABLE t (user STRING, value INT) WITH ('connector'='datagen'); SELECT user, value FROM t;

-- W03: AS6102 on 1.20, reserved-later
CREATE TABLE t (qualify STRING, datetime INT) WITH ('connector'='datagen'); SELECT qualify FROM t;

-- E04: AS1001, bang-equal
SELECT id FROM orders WHERE id != 1;

-- E05a: AS3008, group ordinal
SELECT item, COUNT(*) FROM orders GROUP BY 1;

-- E05b: AS3008, group alias
SELECT item AS i, COUNT(*) FROM orders GROUP BY i;

-- E05c: AS2003, having alias
SELECT item, COUNT(*) AS n FROM orders GROUP BY item HAVING n > 1;

-- E06a: AS1002 on 1.18, version-gate syntax
SELECT item FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY item ORDER BY proc) = 1;

-- E06b: AS2004 on 1.20, version-gate function
SELECT PARSE_JSON(item) FROM orders;

-- E07: AS3090, pk-enforced
CREATE TABLE t (id INT, PRIMARY KEY (id)) WITH ('connector'='datagen');

-- E08a: AS3090, unique
CREATE TABLE t (a INT, UNIQUE (a) NOT ENFORCED) WITH ('connector'='datagen');

-- E08b: AS3090, dup-pk
CREATE TABLE t (a INT, b INT, PRIMARY KEY (a) NOT ENFORCED, PRIMARY KEY (b) NOT ENFORCED) WITH ('connector'='datagen');

-- E09a: AS3011, pk-column
CREATE TABLE t (a INT, p AS a+1, PRIMARY KEY (p) NOT ENFORCED) WITH ('connector'='datagen');

-- E09b: AS2003, pk-column unknown
CREATE TABLE t (a INT, PRIMARY KEY (q) NOT ENFORCED) WITH ('connector'='datagen');

-- E10a: AS2007, dup-column
CREATE TABLE t (a INT, a STRING) WITH ('connector'='datagen');

-- E10b: AS2007, two on one metadata key
CREATE TABLE k2 (a INT, o BIGINT METADATA FROM 'offset' VIRTUAL, o2 BIGINT METADATA FROM 'offset' VIRTUAL) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset');
SELECT * FROM k2;

-- E11: AS3010, watermark-type
CREATE TABLE t (ts TIMESTAMP(6), WATERMARK FOR ts AS ts) WITH ('connector'='datagen');

-- E12a: AS2003, wm nested
CREATE TABLE t (r ROW<ts TIMESTAMP(3)>, WATERMARK FOR r.ts AS r.ts) WITH ('connector'='datagen');

-- E12b: AS1001, wm second
CREATE TABLE t (ts TIMESTAMP(3), t2 TIMESTAMP(3), WATERMARK FOR ts AS ts, WATERMARK FOR t2 AS t2) WITH ('connector'='datagen');

-- E12c: AS3010, wm proctime
CREATE TABLE t (a INT, ts AS PROCTIME(), WATERMARK FOR ts AS ts) WITH ('connector'='datagen');

-- E12d: AS2003, wm unknown
CREATE TABLE t (a INT, WATERMARK FOR ts AS ts) WITH ('connector'='datagen');

-- E13: AS3010, wm expr
CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS CAST(ts AS STRING)) WITH ('connector'='datagen');

-- E14a: AS4001, no connector
CREATE TABLE t (a INT); SELECT a FROM t;

-- E14b: AS4002, unknown connector
CREATE TABLE t (a INT) WITH ('connector'='kafak'); SELECT a FROM t;

-- E14c: AS4007, unknown format
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='jsn','properties.group.id'='g','scan.startup.mode'='earliest-offset');
SELECT * FROM k2;

-- E14d: AS4008, source only
CREATE TABLE t (a INT) WITH ('connector'='datagen'); INSERT INTO t SELECT 1;

-- E14e: AS4008, sink only
SELECT * FROM pr;

-- E15a: AS4003, missing format
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','properties.group.id'='g','scan.startup.mode'='earliest-offset');
SELECT * FROM k2;

-- E15b: AS4003, missing servers
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset');
SELECT * FROM k2;

-- E16: AS4004, unknown option
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset','topics'='x');
SELECT * FROM k2;

-- E17: AS4005, option value
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='begin');
SELECT * FROM k2;

-- E18a: AS4003, mode without key
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='timestamp');
SELECT * FROM k2;

-- E18b: AS4006, topic+pattern
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset','topic-pattern'='x.*');
SELECT * FROM k2;

-- E18c: AS4003, exactly-once
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset','sink.delivery-guarantee'='exactly-once');
INSERT INTO k2 SELECT 1,'x';

-- E19a: AS4003, key.fields no format
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset','key.fields'='a');
SELECT * FROM k2;

-- E19b: AS4005, key field unknown
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset','key.fields'='x','key.format'='json');
SELECT * FROM k2;

-- E19c: AS4005, key prefix
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset','key.fields'='a','key.format'='json','key.fields-prefix'='k_','value.fields-include'='EXCEPT_KEY');
SELECT * FROM k2;

-- E19d: AS4003, key.format no fields
CREATE TABLE k2 (a INT, b STRING) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset','key.format'='json');
SELECT * FROM k2;

-- E20: AS4009, kafka-pk
CREATE TABLE k2 (a INT, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset');
SELECT * FROM k2;

-- E21a: AS4009, upsert no pk
CREATE TABLE u (a INT) WITH ('connector'='upsert-kafka','topic'='u','properties.bootstrap.servers'='k:9092','key.format'='json','value.format'='json'); SELECT * FROM u;

-- E21b: AS4007, upsert cdc format
CREATE TABLE u (a INT, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector'='upsert-kafka','topic'='u','properties.bootstrap.servers'='k:9092','key.format'='json','value.format'='debezium-json'); SELECT * FROM u;

-- E22a: AS3001, sink-schema count
INSERT INTO ks SELECT item, id, id FROM orders;

-- E22b: AS3002, sink-schema type
INSERT INTO ks SELECT id, item FROM orders;

-- E23: AS5001, append-only-sink
INSERT INTO ks SELECT item, COUNT(*) FROM orders GROUP BY item;

-- E24a: AS5002, match over cdc
SELECT * FROM cdc MATCH_RECOGNIZE (PARTITION BY item ORDER BY ts MEASURES A.id AS a PATTERN (A B) DEFINE B AS B.amount > 1);

-- E24b: AS5002, interval join over cdc
SELECT o.id FROM orders o JOIN cdc c ON o.id = c.id AND o.ts BETWEEN c.ts - INTERVAL '1' HOUR AND c.ts;

-- E25: AS5111, upsert-key-vs-pk
INSERT INTO up SELECT item, COUNT(*) FROM orders GROUP BY item, id;

-- E25: AS5011 on 2.3, upsert-key-vs-pk
INSERT INTO up SELECT item, COUNT(*) FROM orders GROUP BY item, id;

-- E26a: AS5016 on 2.3, on-conflict append
INSERT INTO ks SELECT item, id FROM orders ON CONFLICT DO NOTHING;

-- E26b: AS5016 on 2.3, on-conflict error no wm
CREATE TABLE k2 (item STRING, n BIGINT) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset');
INSERT INTO up SELECT item, n FROM k2 ON CONFLICT DO ERROR;

-- E27: AS4009, upsert-source-pk
CREATE TABLE k2 (a INT) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='debezium-json','properties.group.id'='g','scan.startup.mode'='earliest-offset');
SELECT * FROM k2; CREATE TABLE u (a INT) WITH ('connector'='upsert-kafka','topic'='u','properties.bootstrap.servers'='k:9092','key.format'='json','value.format'='json'); SELECT * FROM u;

-- E28: AS4010, metadata-virtual
CREATE TABLE k2 (a INT, off BIGINT METADATA FROM 'offset') WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset');
INSERT INTO k2 SELECT 1, 2;

-- E29: AS5004, window-time-attr
CREATE TABLE k2 (a INT, ts TIMESTAMP(3)) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset');
SELECT * FROM TABLE(TUMBLE(TABLE k2, DESCRIPTOR(ts), INTERVAL '1' MINUTE));

-- E30b: AS5015, cumulate
SELECT window_start, window_end, COUNT(*) FROM TABLE(CUMULATE(TABLE orders, DESCRIPTOR(ts), INTERVAL '3' MINUTE, INTERVAL '10' MINUTE)) GROUP BY window_start, window_end;

-- E30c: AS5015, month
SELECT window_start, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MONTH)) GROUP BY window_start, window_end;

-- W31: AS5103, window-group
SELECT window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_end;

-- E32a: AS5005, temporal no pk
CREATE TABLE k2 (id BIGINT, x INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector'='kafka','topic'='t','properties.bootstrap.servers'='k:9092','format'='json','properties.group.id'='g','scan.startup.mode'='earliest-offset');
SELECT o.id, k.x FROM orders o JOIN k2 FOR SYSTEM_TIME AS OF o.ts AS k ON o.id = k.id;

-- E32b: AS5005, temporal pk not in on
SELECT o.id FROM orders o JOIN versions FOR SYSTEM_TIME AS OF o.ts AS k ON o.id = k.n;

-- E32c: AS3015, temporal right join
SELECT o.id FROM orders o RIGHT JOIN versions FOR SYSTEM_TIME AS OF o.ts AS k ON o.item = k.item;

-- E32d: AS3015, AS OF constant
SELECT o.id FROM orders o JOIN versions FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01 00:00:00' AS k ON o.item = k.item;

-- E33: AS5006, proctime-temporal
SELECT o.id FROM orders o JOIN up FOR SYSTEM_TIME AS OF o.proc AS k ON o.item = k.item;

-- E34: AS5014, lookup-equality
SELECT o.id FROM orders o JOIN dim FOR SYSTEM_TIME AS OF o.proc AS d ON o.id > d.x;

-- E35: AS5003, stream-sort
SELECT * FROM orders ORDER BY amount;

-- E36: AS5003, stream-offset
SELECT * FROM orders ORDER BY amount OFFSET 10 ROWS;

-- E37: AS5009, topn-bound
SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY item ORDER BY amount) AS rn FROM orders) WHERE rn > 3;

-- E38a: AS5008, two over
SELECT SUM(amount) OVER (PARTITION BY item ORDER BY ts), SUM(amount) OVER (PARTITION BY id ORDER BY ts) FROM orders;

-- E38b: AS5008, desc
SELECT SUM(amount) OVER (PARTITION BY item ORDER BY ts DESC) FROM orders;

-- E38c: AS5008, following
SELECT SUM(amount) OVER (PARTITION BY item ORDER BY ts ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM orders;

-- E39: AS5010, many-rowtimes
CREATE TABLE s (a TIMESTAMP(3), b TIMESTAMP(3)) WITH ('connector'='print'); INSERT INTO s SELECT l.ts, r.ts FROM orders l JOIN o2 r ON l.id = r.id AND l.ts BETWEEN r.ts - INTERVAL '1' HOUR AND r.ts;

-- E41a: AS4011, OPTIONS on view
CREATE VIEW v AS SELECT * FROM orders; SELECT * FROM v /*+ OPTIONS('scan.startup.mode'='latest-offset') */;

-- E41b: AS2101, unknown hint
SELECT /*+ BRODCAST(orders) */ * FROM orders;

-- E41c: AS2102, hint table
SELECT /*+ BROADCAST(zzz) */ * FROM orders JOIN o2 ON orders.id = o2.id;

-- E41d: AS1001, two blocks
SELECT /*+ STATE_TTL('orders'='1d') */ /*+ STATE_TTL('orders'='2d') */ * FROM orders;

-- E42a: AS2002, ambiguous
SELECT id FROM orders a JOIN o2 b ON a.id=b.id;

-- E42b: AS2001, table
SELECT * FROM nope;

-- E43: AS2004, function
SELECT invalid_function() FROM orders;

-- E44a: AS3102, upsert into
UPSERT INTO up SELECT item, id FROM orders;

-- E44b: AS5131, update streaming
UPDATE dim SET x = 1 WHERE id = 2;

-- E44c: AS5131, delete streaming
DELETE FROM dim WHERE id = 2;

-- E45: AS3101, partition-spec
CREATE TABLE f (a BIGINT, dt STRING) WITH ('connector'='filesystem','path'='/x','format'='json'); INSERT INTO f PARTITION (dt='x') SELECT id FROM orders;

-- E46: AS5134, statement-set
BEGIN STATEMENT SET; SELECT * FROM orders; END;

-- E47a: AS1001, system function
CREATE SYSTEM FUNCTION f AS 'x.Y';

-- E47b: AS1001, using jar python
CREATE FUNCTION f AS 'x.y' LANGUAGE PYTHON USING JAR 'a.jar';

-- E48a: AS5007, all rows
SELECT * FROM orders MATCH_RECOGNIZE (PARTITION BY item ORDER BY ts MEASURES A.id AS a ALL ROWS PER MATCH PATTERN (A B) DEFINE B AS B.amount > 1);

-- E48b: AS5007, greedy last
SELECT * FROM orders MATCH_RECOGNIZE (PARTITION BY item ORDER BY ts MEASURES A.id AS a PATTERN (A B*) DEFINE B AS B.amount > 1);

-- E48c: AS5007, prev in measures
SELECT * FROM orders MATCH_RECOGNIZE (PARTITION BY item ORDER BY ts MEASURES PREV(A.id) AS a PATTERN (A B) DEFINE B AS NEXT(B.amount) > 1);

-- E49: AS4003, cdc-pk
CREATE TABLE c (id BIGINT) WITH ('connector'='mysql-cdc','hostname'='h','username'='u','password'='${PASSWORD}','database-name'='d','table-name'='t'); SELECT * FROM c;

-- W50: AS4102, cdc-server-id
SET 'parallelism.default' = '8'; SELECT * FROM cdc;

-- W51: AS5101, unbounded join
CREATE TABLE s (a BIGINT) WITH ('connector'='print'); INSERT INTO s SELECT a.id FROM orders a JOIN o2 b ON a.id=b.id;

-- W51b: AS5101, group by
INSERT INTO pr SELECT item, COUNT(*) FROM orders GROUP BY item;

-- W52: AS5105, idle-source
INSERT INTO pr SELECT item, COUNT(*) FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY item, window_start, window_end;

-- W53: AS5104, non-deterministic
CREATE TABLE noted (id BIGINT, seen TIMESTAMP_LTZ(3)) WITH ('connector'='print');
INSERT INTO noted SELECT id, CURRENT_TIMESTAMP FROM cdc;

-- W54: AS7101, positional-insert
INSERT INTO pr SELECT * FROM ks;

-- W55: AS5102, cartesian
SELECT a.id FROM orders a, o2 b;

-- W56: AS6103, legacy-window
INSERT INTO pr SELECT item, COUNT(*) FROM orders GROUP BY item, TUMBLE(ts, INTERVAL '1' MINUTE);

-- W57: AS7103, plain-secret
CREATE TABLE secret (id BIGINT) WITH ('connector'='jdbc','url'='jdbc:postgresql://h/d','table-name'='s','password'='abc');

-- E58: AS4105, sink-parallelism-pk
CREATE TABLE s (item STRING, n BIGINT) WITH ('connector'='print','sink.parallelism'='8');INSERT INTO s SELECT item, COUNT(*) FROM orders GROUP BY item;

-- W59: AS7105, unused-object
CREATE TABLE never_used (a INT) WITH ('connector'='print'); INSERT INTO pr SELECT item, id FROM orders;

-- W60: AS7118, split-inserts
INSERT INTO pr SELECT item, id FROM orders; INSERT INTO pr SELECT item, id FROM orders;

-- W61a: AS7110, set-key unitless
SET 'table.exec.state.ttl'='36000';

-- W61b: AS7109, unknown key
SET 'table.exec.state.tttl'='1 h';

-- E62: AS4012, batch-source
SET 'execution.runtime-mode'='batch';
SELECT * FROM orders;
