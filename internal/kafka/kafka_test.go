package kafka_test

import (
	"context"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/kafka"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clicks is a topic of two partitions, of which the first has three records and lost the oldest; group "one" goes on at 2.
func clicks(t *testing.T, options ...kfake.Opt) (servers string) {
	t.Helper()
	cluster, err := kfake.NewCluster(append(options, kfake.NumBrokers(2), kfake.SeedTopics(2, "clicks", "others"))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return strings.Join(cluster.ListenAddrs(), ",")
}

// fill writes what clicks promises.
func fill(t *testing.T, servers string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(servers, ",")...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for range 3 {
		if err := client.ProduceSync(t.Context(), &kgo.Record{Topic: "clicks", Value: []byte("{}")}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	admin := kadm.NewClient(client)
	gone, committed := kadm.Offsets{}, kadm.Offsets{}
	gone.Add(kadm.Offset{Topic: "clicks", Partition: 0, At: 1})
	committed.Add(kadm.Offset{Topic: "clicks", Partition: 0, At: 2, LeaderEpoch: -1})
	if _, err := admin.DeleteRecords(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if err := admin.CommitAllOffsets(t.Context(), "one", committed); err != nil {
		t.Fatal(err)
	}
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	servers := clicks(t)
	fill(t, servers)
	only := func(topic string) bool { return topic == "clicks" }
	for _, test := range []struct {
		name       string
		properties kafka.Properties
		want       []kafka.Partition
	}{
		{"no group", kafka.Properties{}, []kafka.Partition{{"clicks", 0, 1, 3, -1}, {"clicks", 1, 0, 0, -1}}},
		{"a group", kafka.Properties{"group.id": "one"}, []kafka.Partition{{"clicks", 0, 1, 3, 2}, {"clicks", 1, 0, 0, -1}}},
		{"only committed records", kafka.Properties{"isolation.level": "read_committed"}, []kafka.Partition{{"clicks", 0, 1, 3, -1}, {"clicks", 1, 0, 0, -1}}},
		{"a named listener", kafka.Properties{"security.protocol": "plaintext"}, []kafka.Partition{{"clicks", 0, 1, 3, -1}, {"clicks", 1, 0, 0, -1}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.properties["bootstrap.servers"] = servers
			if test.name == "a named listener" {
				test.properties["bootstrap.servers"] = " PLAINTEXT://" + servers
			}
			got, err := kafka.Partitions(t.Context(), test.properties, only)
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
}

// TestSigningIn signs in by name and password, and is told when they are wrong, without being shown them.
func TestSigningIn(t *testing.T) {
	t.Parallel()
	servers := clicks(t, kfake.EnableSASL(),
		kfake.Superuser("PLAIN", "ann", `se"cret`), kfake.Superuser("SCRAM-SHA-256", "ann", `se"cret`), kfake.Superuser("SCRAM-SHA-512", "ann", `se"cret`))
	all := func(string) bool { return true }
	properties := func(mechanism, password string) kafka.Properties {
		return kafka.Properties{
			"bootstrap.servers": servers, "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": mechanism,
			"sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required  username="ann" password = "` + password + `";`,
		}
	}
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		if got, err := kafka.Partitions(t.Context(), properties(mechanism, `se\"cret`), all); err != nil || len(got) != 4 {
			t.Errorf("%s: %v %v", mechanism, got, err)
		}
		if _, err := kafka.Partitions(t.Context(), properties(mechanism, "wrong7"), all); err == nil || strings.Contains(err.Error(), "wrong7") {
			t.Errorf("%s, a wrong password: %v", mechanism, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		properties kafka.Properties
		want       string
	}{
		{kafka.Properties{}, "no address of a Kafka broker"},
		{kafka.Properties{"bootstrap.servers": "a:1", "security.protocol": "TELNET"}, "no security.protocol TELNET"},
		{kafka.Properties{"bootstrap.servers": "a:1", "security.protocol": "SASL_SSL"}, "cannot sign in to Kafka by GSSAPI"},
		{kafka.Properties{"bootstrap.servers": "a:1", "security.protocol": "SSL", "ssl.truststore.location": "/opt/trust.jks"}, "a form of Java's"},
		{kafka.Properties{"bootstrap.servers": "a:1", "security.protocol": "SSL", "ssl.truststore.certificates": "x"}, "no certificate in PEM"},
	} {
		_, err := kafka.Partitions(t.Context(), test.properties, nil)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v", test.properties, err)
		}
	}
}

// TestEncrypted trusts the certificate that the properties hold, and no other.
func TestEncrypted(t *testing.T) {
	t.Parallel()
	web := httptest.NewTLSServer(nil)
	t.Cleanup(web.Close)
	servers := clicks(t, kfake.TLS(web.TLS.Clone()))
	p := kafka.Properties{"bootstrap.servers": servers, "security.protocol": "SSL"}
	if _, err := kafka.Partitions(t.Context(), p, func(string) bool { return true }); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a stranger is trusted: %v", err)
	}
	p["ssl.truststore.type"], p["ssl.truststore.location"] = "PEM", filepath.Join(t.TempDir(), "trust.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	if err := os.WriteFile(p["ssl.truststore.location"], text, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := kafka.Partitions(t.Context(), p, func(string) bool { return true }); err != nil || len(got) != 4 {
		t.Errorf("%v %v", got, err)
	}
}

// TestNoBroker talks to something else.
func TestNoBroker(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(nil)
	t.Cleanup(web.Close)
	_, err := kafka.Partitions(t.Context(), kafka.Properties{"bootstrap.servers": web.Listener.Addr().String()}, nil)
	if err == nil || !strings.Contains(err.Error(), "is no Kafka broker") {
		t.Errorf("err = %v", err)
	}
}

// TestNobodyThere gives up when it is told to.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := kafka.Partitions(ctx, kafka.Properties{"bootstrap.servers": "127.0.0.1:1"}, nil); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("err = %v", err)
	}
}
