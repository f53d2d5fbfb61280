package yarn

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
)

// TestIdentity says what containers get that sign in themselves.
func TestIdentity(t *testing.T) {
	t.Parallel()
	keytab := filepath.Join(t.TempDir(), "streams.keytab")
	if err := os.WriteFile(keytab, []byte("keys"), 0o600); err != nil {
		t.Fatal(err)
	}
	add := func(name string, c content) *shipped {
		return &shipped{key: name, localResource: localResource{Resource: "hdfs://nn/staging/" + name, Size: int64(len(c.bytes))}}
	}
	const who = "streams@EXAMPLE.COM"
	for _, test := range []struct {
		name    string
		target  Options
		options conf.Options
		want    map[string]string // environment
		files   []string
		kind    fault.Kind // Failed when there is no error
	}{
		{name: "nobody", options: conf.Options{}},
		{
			name: "the target", target: Options{Keytab: keytab, Principal: who}, options: conf.Options{}, files: []string{"krb5.keytab"},
			want: map[string]string{"_LOCAL_KEYTAB_PATH": "krb5.keytab", "_KEYTAB_PRINCIPAL": who, "_REMOTE_KEYTAB_PATH": "hdfs://nn/staging/krb5.keytab"},
		},
		{
			name: "the job, in a realm of its own", target: Options{Keytab: "/none", Principal: "others"},
			options: conf.Options{keyKeytab: keytab, keyPrincipal: who, keyRealm: keytab}, files: []string{"krb5.keytab", "krb5.conf"},
			want: map[string]string{
				"_LOCAL_KEYTAB_PATH": "krb5.keytab", "_KEYTAB_PRINCIPAL": who, "_REMOTE_KEYTAB_PATH": "hdfs://nn/staging/krb5.keytab",
				"_KRB5_PATH": "hdfs://nn/staging/krb5.conf",
			},
		},
		{
			name: "with a keytab that the nodes have", options: conf.Options{
				keyKeytab: "/not/here", keyPrincipal: who, keyShipKeytab: "false", keyKeytabThere: "/etc/streams.keytab",
			},
			want: map[string]string{"_LOCAL_KEYTAB_PATH": "/etc/streams.keytab", "_KEYTAB_PRINCIPAL": who},
		},
		{name: "without a principal", options: conf.Options{keyKeytab: keytab}, kind: fault.Usage},
		{name: "with a keytab that is not there", options: conf.Options{keyKeytab: "/none", keyPrincipal: who}, kind: fault.Denied},
	} {
		to := New(test.target)
		to.identify(test.options)
		i, err := to.identity(test.options, add)
		if test.kind != fault.Failed {
			if err == nil || fault.KindOf(err) != test.kind {
				t.Errorf("%s: %v; want an error of kind %s", test.name, err, test.kind)
			}
			continue
		}
		var env entries[string]
		i.environment(&env)
		var got map[string]string
		for _, e := range env.Entry {
			if got == nil {
				got = map[string]string{}
			}
			got[e.Key] = e.Value
		}
		var files []string
		for _, f := range i.files() {
			files = append(files, f.key)
		}
		if diff := cmp.Diff(test.want, got) + cmp.Diff(test.files, files); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", test.name, err, diff)
		}
	}
}
