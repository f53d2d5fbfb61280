create table if not exists events(user_id bigint, page string not null comment 'the page', ts timestamp(3), m map<string, array<row<a int, b decimal(10,2)>>>, -- trailing
 proc as proctime(), off bigint metadata from 'offset' virtual, primary key(user_id) not enforced,
 -- own line
 watermark for ts as ts - interval '5' second) comment 'Events' partitioned by (page) with ('connector'='kafka', 'topic'='t' /* which */);
create table copy with ('topic'='x') like events (including all overwriting options);
create table counts with ('connector'='print') as select page, count(*) c from events group by page;
create table plain (a int);
create table spread (a int) distributed by hash(a) into 4 buckets with ('connector' = 'blackhole');
create materialized table daily partitioned by (d) freshness = interval '1' hour refresh_mode = full as select d, count(*) as n from events group by d;
alter table events set ('a'='b','c'='d');
alter table events add (x int, y int after x);
alter table events rename to happenings;
create catalog c with ('type'='generic_in_memory');
create function if not exists mask as 'com.example.Mask' language java using jar 'file:///libs/a-rather-long-name-of-a-jar-1.0.0.jar';
