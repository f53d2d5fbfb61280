package api

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/yaml"
)

// Settings choose a cluster.
type Settings struct {
	Kubeconfig string // file; "" takes $KUBECONFIG, ~/.kube/config, or the pod that this process runs in
	Context    string // "" takes the file's current one
	Getenv     func(string) string
}

// kubeconfig is what is read of a kubeconfig file (client-go's clientcmd/api/v1.Config).
type kubeconfig struct {
	CurrentContext string `json:"current-context"`
	Clusters       []struct {
		Name    string       `json:"name"`
		Cluster clusterEntry `json:"cluster"`
	} `json:"clusters"`
	Users []struct {
		Name string    `json:"name"`
		User userEntry `json:"user"`
	} `json:"users"`
	Contexts []struct {
		Name    string       `json:"name"`
		Context contextEntry `json:"context"`
	} `json:"contexts"`
}

type contextEntry struct {
	Cluster   string `json:"cluster"`
	User      string `json:"user"`
	Namespace string `json:"namespace"`
}

type clusterEntry struct {
	Server      string `json:"server"`
	CA          string `json:"certificate-authority"`
	CAData      []byte `json:"certificate-authority-data"`
	Insecure    bool   `json:"insecure-skip-tls-verify"`
	ServerName  string `json:"tls-server-name"`
	ProxyURL    string `json:"proxy-url"`
	folder      string // relative paths are relative to the file's
	foundInFile string
}

type userEntry struct {
	Certificate     string          `json:"client-certificate"`
	CertificateData []byte          `json:"client-certificate-data"`
	Key             string          `json:"client-key"`
	KeyData         []byte          `json:"client-key-data"`
	Token           string          `json:"token"`
	TokenFile       string          `json:"tokenFile"`
	Username        string          `json:"username"`
	Password        string          `json:"password"`
	Exec            *execEntry      `json:"exec"`
	AuthProvider    json.RawMessage `json:"auth-provider"`
	folder          string
}

// Connect returns a client for the chosen cluster. It calls nobody yet.
func Connect(s Settings) (*Client, error) {
	files := s.files()
	if len(files) == 0 && s.Context == "" && s.Getenv("KUBERNETES_SERVICE_HOST") != "" {
		return inCluster(s.Getenv)
	}
	if len(files) == 0 {
		return nil, fault.Errorf(fault.NotFound, "there is no kubeconfig").
			WithFix("set KUBECONFIG, or name the file in the project: targets: {NAME: {kubeconfig: FILE}}")
	}
	var all kubeconfig
	for _, file := range files { // the first file that has an entry wins, as for kubectl
		one, err := read(file)
		if err != nil {
			return nil, err
		}
		if all.CurrentContext == "" {
			all.CurrentContext = one.CurrentContext
		}
		all.Clusters = append(all.Clusters, one.Clusters...)
		all.Users = append(all.Users, one.Users...)
		all.Contexts = append(all.Contexts, one.Contexts...)
	}
	return all.client(s, strings.Join(files, ", "))
}

// files are those that are there.
func (s Settings) files() []string {
	var files []string
	switch home := s.Getenv("HOME"); {
	case s.Kubeconfig != "":
		if rest, ok := strings.CutPrefix(s.Kubeconfig, "~/"); ok {
			return []string{filepath.Join(home, rest)}
		}
		return []string{s.Kubeconfig}
	case s.Getenv("KUBECONFIG") != "":
		files = filepath.SplitList(s.Getenv("KUBECONFIG"))
	case home != "":
		files = []string{filepath.Join(home, ".kube", "config")}
	}
	return slices.DeleteFunc(files, func(name string) bool {
		_, err := os.Stat(name)
		return name == "" || err != nil
	})
}

func read(file string) (kubeconfig, error) {
	var k kubeconfig
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return k, fault.Errorf(fault.NotFound, "there is no kubeconfig %s", file)
	}
	if err != nil {
		return k, err
	}
	asJSON, err := yaml.ToJSON(text)
	if err == nil {
		err = json.Unmarshal(asJSON, &k)
	}
	if err != nil {
		return k, fault.Errorf(fault.Usage, "reading kubeconfig %s: %w", file, err)
	}
	for i := range k.Clusters {
		k.Clusters[i].Cluster.folder, k.Clusters[i].Cluster.foundInFile = filepath.Dir(file), file
	}
	for i := range k.Users {
		k.Users[i].User.folder = filepath.Dir(file)
	}
	return k, nil
}

// client finds the cluster and the user of a context.
func (k kubeconfig) client(s Settings, where string) (*Client, error) {
	name := s.Context
	if name == "" {
		name = k.CurrentContext
	}
	var names []string
	var found contextEntry
	for _, c := range k.Contexts {
		if c.Name == name && !slices.Contains(names, name) {
			found = c.Context
		}
		names = append(names, c.Name)
	}
	if !slices.Contains(names, name) {
		err := fault.Errorf(fault.NotFound, "kubeconfig %s has no context %q", where, name)
		if near, ok := diag.Nearest(name, names); ok {
			return nil, err.WithFix("did you mean %s?", near)
		}
		return nil, err.WithFix("it has: %s", strings.Join(names, ", "))
	}
	for _, c := range k.Clusters {
		if c.Name != found.Cluster {
			continue
		}
		user := userEntry{}
		for _, u := range k.Users {
			if u.Name == found.User {
				user = u.User
				break
			}
		}
		return newClient(c.Cluster, user, found)
	}
	return nil, fault.Errorf(fault.NotFound, "kubeconfig %s has no cluster %q, which context %s names", where, found.Cluster, name)
}

// inClusterFolder is where a pod finds its service account.
const inClusterFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// inCluster is the cluster that this process is a pod of.
func inCluster(getenv func(string) string) (*Client, error) {
	namespace, err := os.ReadFile(filepath.Join(inClusterFolder, "namespace"))
	if err != nil {
		return nil, fault.Errorf(fault.NotFound, "this process runs in a pod without a service account: %w", err)
	}
	host := getenv("KUBERNETES_SERVICE_HOST")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return newClient(
		clusterEntry{Server: "https://" + host + ":" + getenv("KUBERNETES_SERVICE_PORT"), CA: filepath.Join(inClusterFolder, "ca.crt")},
		userEntry{TokenFile: filepath.Join(inClusterFolder, "token")},
		contextEntry{Namespace: strings.TrimSpace(string(namespace)), User: "the pod's service account"},
	)
}
