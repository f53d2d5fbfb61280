CREATE TABLE changes (account INT, amount INT, PRIMARY KEY (account) NOT ENFORCED) WITH (
  'connector' = 'kafka', 'topic' = 'changes', 'properties.bootstrap.servers' = 'kafka:9092', 'format' = 'debezium-json'
);
CREATE TABLE names (account INT, name STRING, PRIMARY KEY (account) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'names', 'properties.bootstrap.servers' = 'kafka:9092',
  'key.format' = 'json', 'value.format' = 'json'
);
CREATE TABLE balances (account INT, name STRING, amount INT, PRIMARY KEY (account) NOT ENFORCED) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'balances', 'properties.bootstrap.servers' = 'kafka:9092',
  'key.format' = 'json', 'value.format' = 'json'
);
CREATE TABLE total (nr INT, amount INT, PRIMARY KEY (nr) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:mysql://db/x', 'table-name' = 'total');
INSERT INTO balances SELECT c.account, n.name, c.amount FROM changes AS c LEFT JOIN names AS n ON c.account = n.account;
INSERT INTO total SELECT 1, SUM(amount) FROM changes;
