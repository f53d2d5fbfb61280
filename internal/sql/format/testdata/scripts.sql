

-- Daily page views
-- of the site
set 'table.exec.state.ttl' = '36h'; set 'x'='y';
SET a.b = c ;

use catalog c; /* behind */


begin statement set;
insert into a select 1; insert into b select 2;
-- before the end
end;
execute statement set begin insert into a select 1 from x; insert into b values (1,2),(3,4); end;
selec broken   from here ;
select -- c1
 a, -- c2
 /* c3 */ b -- c4
 from t -- c6
 where -- c7
 a = 1 -- c8
 and b = 2
 ; -- c10
;;
select 'a string
  over two lines', 1 from t
-- the end
