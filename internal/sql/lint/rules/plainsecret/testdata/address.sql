CREATE TABLE a (id BIGINT) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://h:5432/d?user=u&password=p', 'table-name' = 'a'); -- want
CREATE TABLE b (id BIGINT) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://h:5432/d?user=u&password=${P}', 'table-name' = 'b');
CREATE TABLE c (_id STRING, PRIMARY KEY (_id) NOT ENFORCED) WITH ('connector' = 'mongodb', 'uri' = 'mongodb://u:p@h1:1,h2:2', 'database' = 'd', 'collection' = 'c'); -- want
CREATE TABLE d (_id STRING, PRIMARY KEY (_id) NOT ENFORCED) WITH ('connector' = 'mongodb', 'uri' = 'mongodb://u:${P}@h1:1,h2:2', 'database' = 'd', 'collection' = 'c');
CREATE TABLE e (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 's3://bucket/a:b@c', 'format' = 'csv');
