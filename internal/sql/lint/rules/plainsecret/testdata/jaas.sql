CREATE TABLE a (page STRING) WITH (
  'connector' = 'kafka', 'topic' = 'pages', 'format' = 'json', 'properties.bootstrap.servers' = 'k:9092', 'scan.startup.mode' = 'earliest-offset',
  'properties.sasl.jaas.config' = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";', -- want
  'properties.ssl.truststore.location' = '/etc/trust.jks',
  'properties.ssl.key.password' = '${KEY_PASSWORD}',
  'properties.sasl.oauthbearer.token.endpoint.url' = 'https://auth/token'
);
SET 's3.secret-key' = 'abc'; -- want
SELECT page FROM a;
