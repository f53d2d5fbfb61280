CREATE TABLE clicks (page STRING) WITH (
  'connector' = 'kafka',
  'topic' = 'clicks',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'pages',
  'properties.auto.offset.reset' = 'earliest',
  'format' = 'json'
);
SELECT page FROM clicks;
