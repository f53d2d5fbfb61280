CREATE TABLE users (id BIGINT, name STRING) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:mysql://db:3306/shop',
  'table-name' = 'users',
  'username' = 'flink',
  'password' = 'pa55word' -- want
);
SELECT id FROM users;
