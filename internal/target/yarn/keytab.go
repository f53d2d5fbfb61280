package yarn

import (
	"cmp"
	"os"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
)

// Options of Flink that say who a cluster signs in as (SecurityOptions, YarnConfigOptions; all releases).
const (
	keyKeytab      = "security.kerberos.login.keytab"
	keyPrincipal   = "security.kerberos.login.principal"
	keyRealm       = "security.kerberos.krb5-conf.path"
	keyShipKeytab  = "yarn.security.kerberos.ship-local-keytab"
	keyKeytabThere = "yarn.security.kerberos.localized-keytab-path"
)

// realmFile is the name of the realm's configuration in the containers (Utils.KRB5_FILE_NAME).
const realmFile = "krb5.conf"

// identity is what an application signs in with itself, for as long as it runs: a delegation token ends after some days.
type identity struct {
	principal string
	keytab    string   // path of the keytab in the containers; "" when there is none
	shipped   *shipped // nil where the nodes have the keytab already
	realm     *shipped // nil where the nodes have their own configuration
}

// identify makes a job sign in as the target does, unless its own options say otherwise.
func (t *Target) identify(o conf.Options) {
	if t.Keytab == "" || o[keyKeytab] != "" {
		return
	}
	o[keyKeytab], o[keyPrincipal] = t.Keytab, t.Principal
}

// identity is who an application signs in as. The files for that are added to those that its containers get.
func (t *Target) identity(o conf.Options, add adder) (i identity, err error) {
	if file := o[keyRealm]; file != "" {
		if i.realm, err = addLocal(add, realmFile, file, true); err != nil {
			return i, err
		}
	}
	keytab := o[keyKeytab]
	if keytab == "" {
		return i, nil
	}
	if i.principal = o[keyPrincipal]; i.principal == "" {
		return i, fault.Errorf(fault.Usage, "keytab %s: for which principal is it?", keytab).
			WithFix("%s: streams@EXAMPLE.COM", keyPrincipal)
	}
	i.keytab = cmp.Or(o[keyKeytabThere], "krb5.keytab")
	if o[keyShipKeytab] != "false" {
		i.shipped, err = addLocal(add, i.keytab, keytab, false)
	}
	return i, err
}

// adder adds a file to those of one application.
type adder func(name string, c content) *shipped

func addLocal(add adder, name, file string, text bool) (*shipped, error) {
	bytes, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Errorf(fault.Denied, "reading what the job signs in with: %w", err)
	}
	return add(name, content{bytes, text}), nil
}

// files are those that the containers get.
func (i identity) files() (all []shipped) {
	for _, f := range []*shipped{i.shipped, i.realm} {
		if f != nil {
			all = append(all, *f)
		}
	}
	return all
}

// environment says to the ApplicationMaster where its files are, and where those for its TaskManagers (YarnConfigKeys).
func (i identity) environment(env *entries[string]) {
	if i.keytab != "" {
		env.add("_LOCAL_KEYTAB_PATH", i.keytab)
		env.add("_KEYTAB_PRINCIPAL", i.principal)
	}
	if i.shipped != nil {
		env.add("_REMOTE_KEYTAB_PATH", i.shipped.Resource)
	}
	if i.realm != nil {
		env.add("_KRB5_PATH", i.realm.Resource)
	}
}
