package diagnose

import "testing"

func TestAddressOf(t *testing.T) {
	t.Parallel()
	jdbc := func(url string) map[string]string { return map[string]string{"connector": "jdbc", "url": url} }
	for _, test := range []struct {
		options         map[string]string
		system, address string
	}{
		{jdbc("jdbc:postgresql://db.example:5432/users?user=u&password=secret"), "postgresql", "db.example:5432"},
		{jdbc("jdbc:mysql://a:3306,b:3306/shop?useSSL=false"), "mysql", "a:3306,b:3306"},
		{jdbc("jdbc:mysql://user:secret@db:3306/shop"), "mysql", "db:3306"},
		{jdbc("jdbc:mysql://user:sec/ret@db:3306/shop"), "", ""},
		{jdbc("jdbc:sqlserver://db:1433;databaseName=shop;password=s@cret"), "", ""},
		{jdbc("jdbc:sqlserver://db:1433;databaseName=shop"), "sqlserver", "db:1433"},
		{jdbc("jdbc:oracle:thin:scott/tiger@//db:1521/shop"), "", ""},
		{jdbc("${secret:env/URL}"), "", ""},
		{jdbc("jdbc:postgresql://${secret:env/HOST}/users"), "", ""},
		{jdbc("jdbc:h2:mem:test"), "", ""},
		{map[string]string{"connector": "kafka", "properties.bootstrap.servers": "k1:9092,k2:9092"}, "kafka", "k1:9092,k2:9092"},
		{map[string]string{"connector": "elasticsearch-7", "hosts": "http://a:9200;https://b:9200"}, "elasticsearch", "a:9200,b:9200"},
		{map[string]string{"connector": "mongodb", "uri": "mongodb://u:p@m:27017/?ssl=true"}, "mongodb", "m:27017"},
		{map[string]string{"connector": "datagen"}, "", ""},
	} {
		if system, address := addressOf(test.options); system != test.system || address != test.address {
			t.Errorf("%v: %q, %q", test.options, system, address)
		}
	}
}
