CREATE TABLE users (id BIGINT, name STRING) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:mysql://db:3306/shop',
  'table-name' = 'users',
  'username' = 'flink',
  'password' = '${DB_PASSWORD}'
);
SELECT id FROM users;
