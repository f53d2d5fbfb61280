CREATE TABLE visits (seen TIMESTAMP_LTZ(3), page STRING) WITH ('connector' = 'kafka', 'topic' = 'visits', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'web', 'scan.startup.mode' = 'earliest-offset', 'format' = 'avro');
SELECT page FROM visits; -- want
-- good --
CREATE TABLE visits (seen TIMESTAMP_LTZ(3), page STRING) WITH ('connector' = 'kafka', 'topic' = 'visits', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'web', 'scan.startup.mode' = 'earliest-offset', 'format' = 'avro', 'avro.timestamp_mapping.legacy' = 'false');
SELECT page FROM visits;
