package yarn

// The body of POST /ws/v1/cluster/apps (ApplicationSubmissionContextInfo). The shapes are those of JAXB: a list is an
// object with one list in it. A list written without that object is accepted and lost without a word.

type application struct {
	ID          string    `json:"application-id"`
	Name        string    `json:"application-name"`
	Type        string    `json:"application-type"`
	Tags        tags      `json:"application-tags"`
	Queue       string    `json:"queue"`
	Priority    int       `json:"priority"`
	MaxAttempts int       `json:"max-app-attempts"`
	NodeLabel   string    `json:"app-node-label-expression,omitempty"`
	AMNodeLabel string    `json:"am-container-node-label-expression,omitempty"`
	Unmanaged   bool      `json:"unmanaged-AM"`
	KeepRunning bool      `json:"keep-containers-across-application-attempts"`
	Validity    int64     `json:"attempt-failures-validity-interval,omitempty"` // milliseconds
	Resource    resource  `json:"resource"`
	Container   container `json:"am-container-spec"`
}

type tags struct {
	Tag []string `json:"tag"`
}

type resource struct {
	Memory int64 `json:"memory"` // MB
	VCores int   `json:"vCores"`
}

type container struct {
	LocalResources entries[localResource] `json:"local-resources"`
	Environment    entries[string]        `json:"environment"`
	Commands       commands               `json:"commands"`
	ACLs           *entries[string]       `json:"application-acls,omitempty"`
	Credentials    *sealed                `json:"credentials,omitempty"`
}

// sealed are the credentials that an application's containers get.
type sealed struct {
	Tokens entries[string] `json:"tokens"`
}

type commands struct {
	Command string `json:"command"`
}

// entries is a map.
type entries[V any] struct {
	Entry []entry[V] `json:"entry"`
}

type entry[V any] struct {
	Key   string `json:"key"`
	Value V      `json:"value"`
}

func (e *entries[V]) add(key string, value V) { e.Entry = append(e.Entry, entry[V]{key, value}) }

// localResource is a file that the NodeManager brings into the container before it starts.
type localResource struct {
	Resource   string     `json:"resource"`
	Type       kind       `json:"type"`
	Visibility visibility `json:"visibility"`
	Size       int64      `json:"size"`
	Timestamp  int64      `json:"timestamp"` // exactly as the file system says, or the container does not start
}

// visibility says who shares the copy that a NodeManager makes of a file (LocalResourceVisibility).
type visibility string

// The visibilities.
const (
	public  visibility = "PUBLIC"      // every user of the node; everybody must be able to read the file
	private visibility = "PRIVATE"     // all applications of the user
	single  visibility = "APPLICATION" // this application
)

// kind says what a NodeManager does with a file (LocalResourceType).
type kind string

// The kinds.
const (
	oneFile kind = "FILE"
	archive kind = "ARCHIVE" // unpacks it to a folder
)

// shipped is one file of an application, at its place in the containers.
type shipped struct {
	key string // path in the container: "usrlib/orders.jar"
	localResource
	holds []string // paths of the files in an archive: "lib/flink-cep-2.2.1.jar"
}
