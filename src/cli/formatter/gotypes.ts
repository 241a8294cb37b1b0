/**
 * The Go structs behind `docker inspect`: fields in order, types, and how JSON names them.
 * A template that asks for a field which the JSON leaves out gets the type's zero value, as in Go.
 *
 * Real: docker/docker api/types/**, docker/go-connections nat, opencontainers/image-spec
 */

/** One field a line: `Name type [json:name] [omitempty]`; `+type` is an embedded struct. */
export const goTypeTexts: Readonly<Record<string, string>> = {
  'blkiodev.ThrottleDevice': `
Path string
Rate uint64`,
  'blkiodev.WeightDevice': `
Path string
Weight uint16`,
  'container.Config': `
Hostname string
Domainname string
User string
AttachStdin bool
AttachStdout bool
AttachStderr bool
ExposedPorts map[string]empty omitempty
Tty bool
OpenStdin bool
StdinOnce bool
Env []string
Cmd []string
Healthcheck *dockerspec.HealthcheckConfig omitempty
ArgsEscaped bool omitempty
Image string
Volumes map[string]empty
WorkingDir string
Entrypoint []string
NetworkDisabled bool omitempty
MacAddress string omitempty
OnBuild []string
Labels map[string]string
StopSignal string omitempty
StopTimeout *int omitempty
Shell []string omitempty`,
  'container.ContainerJSONBase': `
ID string json:Id
Created string
Path string
Args []string
State *container.State
Image string
ResolvConfPath string
HostnamePath string
HostsPath string
LogPath string
Name string
RestartCount int
Driver string
Platform string
MountLabel string
ProcessLabel string
AppArmorProfile string
ExecIDs []string
HostConfig *container.HostConfig
GraphDriver storage.DriverData
SizeRw *int64 omitempty
SizeRootFs *int64 omitempty`,
  'container.DefaultNetworkSettings': `
EndpointID string
Gateway string
GlobalIPv6Address string
GlobalIPv6PrefixLen int
IPAddress string
IPPrefixLen int
IPv6Gateway string
MacAddress string`,
  'container.DeviceMapping': `
PathOnHost string
PathInContainer string
CgroupPermissions string`,
  'container.DeviceRequest': `
Driver string
Count int
DeviceIDs []string
Capabilities [][]string
Options map[string]string`,
  'container.Health': `
Status string
FailingStreak int
Log []*container.HealthcheckResult`,
  'container.HealthcheckResult': `
Start time
End time
ExitCode int
Output string`,
  'container.HostConfig': `
Binds []string
ContainerIDFile string
LogConfig container.LogConfig
NetworkMode string
PortBindings map[string][]nat.PortBinding
RestartPolicy container.RestartPolicy
AutoRemove bool
VolumeDriver string
VolumesFrom []string
ConsoleSize any
Annotations map[string]string omitempty
CapAdd []string
CapDrop []string
CgroupnsMode string
DNS []string json:Dns
DNSOptions []string json:DnsOptions
DNSSearch []string json:DnsSearch
ExtraHosts []string
GroupAdd []string
IpcMode string
Cgroup string
Links []string
OomScoreAdj int
PidMode string
Privileged bool
PublishAllPorts bool
ReadonlyRootfs bool
SecurityOpt []string
StorageOpt map[string]string omitempty
Tmpfs map[string]string omitempty
UTSMode string
UsernsMode string
ShmSize int64
Sysctls map[string]string omitempty
Runtime string omitempty
Isolation string
+container.Resources
Mounts []mount.Mount omitempty
MaskedPaths []string
ReadonlyPaths []string
Init *bool omitempty`,
  'container.InspectResponse': `
+*container.ContainerJSONBase
Mounts []container.MountPoint
Config *container.Config
NetworkSettings *container.NetworkSettings
ImageManifestDescriptor *ocispec.Descriptor omitempty`,
  'container.LogConfig': `
Type string
Config map[string]string`,
  'container.MountPoint': `
Type string omitempty
Name string omitempty
Source string
Destination string
Driver string omitempty
Mode string
RW bool
Propagation string`,
  'container.NetworkSettings': `
+container.NetworkSettingsBase
+container.DefaultNetworkSettings
Networks map[string]*network.EndpointSettings`,
  'container.NetworkSettingsBase': `
Bridge string
SandboxID string
SandboxKey string
Ports map[string][]nat.PortBinding
HairpinMode bool
LinkLocalIPv6Address string
LinkLocalIPv6PrefixLen int
SecondaryIPAddresses []network.Address
SecondaryIPv6Addresses []network.Address`,
  'container.Resources': `
CPUShares int64 json:CpuShares
Memory int64
NanoCPUs int64 json:NanoCpus
CgroupParent string
BlkioWeight uint16
BlkioWeightDevice []*blkiodev.WeightDevice
BlkioDeviceReadBps []*blkiodev.ThrottleDevice
BlkioDeviceWriteBps []*blkiodev.ThrottleDevice
BlkioDeviceReadIOps []*blkiodev.ThrottleDevice
BlkioDeviceWriteIOps []*blkiodev.ThrottleDevice
CPUPeriod int64 json:CpuPeriod
CPUQuota int64 json:CpuQuota
CPURealtimePeriod int64 json:CpuRealtimePeriod
CPURealtimeRuntime int64 json:CpuRealtimeRuntime
CpusetCpus string
CpusetMems string
Devices []container.DeviceMapping
DeviceCgroupRules []string
DeviceRequests []container.DeviceRequest
KernelMemory int64 omitempty
KernelMemoryTCP int64 omitempty
MemoryReservation int64
MemorySwap int64
MemorySwappiness *int64
OomKillDisable *bool
PidsLimit *int64
Ulimits []*units.Ulimit
CPUCount int64 json:CpuCount
CPUPercent int64 json:CpuPercent
IOMaximumIOps uint64
IOMaximumBandwidth uint64`,
  'container.RestartPolicy': `
Name string
MaximumRetryCount int`,
  'container.State': `
Status string
Running bool
Paused bool
Restarting bool
OOMKilled bool
Dead bool
Pid int
ExitCode int
Error string
StartedAt string
FinishedAt string
Health *container.Health omitempty`,
  'dockerspec.DockerOCIImageConfig': `
+ocispec.ImageConfig
+dockerspec.DockerOCIImageConfigExt`,
  'dockerspec.DockerOCIImageConfigExt': `
Healthcheck *dockerspec.HealthcheckConfig omitempty
OnBuild []string omitempty
Shell []string omitempty`,
  'dockerspec.HealthcheckConfig': `
Test []string omitempty
Interval duration omitempty
Timeout duration omitempty
StartPeriod duration omitempty
StartInterval duration omitempty
Retries int omitempty`,
  'events.Actor': `
ID string
Attributes map[string]string`,
  'events.Message': `
Status string json:status omitempty
ID string json:id omitempty
From string json:from omitempty
Type string
Action string
Actor events.Actor
Scope string json:scope omitempty
Time int64 json:time omitempty
TimeNano int64 json:timeNano omitempty`,
  'image.AttestationProperties': `
For string`,
  'image.ImageProperties': `
Platform ocispec.Platform
Size any
Unpacked int64
+any
Containers []string`,
  'image.InspectResponse': `
ID string json:Id
RepoTags []string
RepoDigests []string
Parent string
Comment string
Created string omitempty
Container string omitempty
ContainerConfig *container.Config omitempty
DockerVersion string
Author string
Config *dockerspec.DockerOCIImageConfig
Architecture string
Variant string omitempty
Os string
OsVersion string omitempty
Size int64
VirtualSize int64 omitempty
GraphDriver storage.DriverData
RootFS image.RootFS
Metadata image.Metadata
Descriptor *ocispec.Descriptor omitempty
Manifests []image.ManifestSummary omitempty`,
  'image.ManifestSummary': `
ID string
Descriptor ocispec.Descriptor
Available bool
Size any
Content int64
Total int64
any any json:Size
Kind string
ImageData *image.ImageProperties omitempty
AttestationData *image.AttestationProperties omitempty`,
  'image.Metadata': `
LastTagTime time omitempty`,
  'image.RootFS': `
Type string omitempty
Layers []string omitempty`,
  'mount.BindOptions': `
Propagation string omitempty
NonRecursive bool omitempty
CreateMountpoint bool omitempty
ReadOnlyNonRecursive bool omitempty
ReadOnlyForceRecursive bool omitempty`,
  'mount.ClusterOptions': ``,
  'mount.Driver': `
Name string omitempty
Options map[string]string omitempty`,
  'mount.ImageOptions': `
Subpath string omitempty`,
  'mount.Mount': `
Type string omitempty
Source string omitempty
Target string omitempty
ReadOnly bool omitempty
Consistency string omitempty
BindOptions *mount.BindOptions omitempty
VolumeOptions *mount.VolumeOptions omitempty
ImageOptions *mount.ImageOptions omitempty
TmpfsOptions *mount.TmpfsOptions omitempty
ClusterOptions *mount.ClusterOptions omitempty`,
  'mount.TmpfsOptions': `
SizeBytes int64 omitempty
Mode uint32 omitempty
Options [][]string omitempty`,
  'mount.VolumeOptions': `
NoCopy bool omitempty
Labels map[string]string omitempty
Subpath string omitempty
DriverConfig *mount.Driver omitempty`,
  'nat.PortBinding': `
HostIP string json:HostIp
HostPort string`,
  'network.Address': `
Addr string
PrefixLen int`,
  'network.ConfigReference': `
Network string`,
  'network.EndpointIPAMConfig': `
IPv4Address string omitempty
IPv6Address string omitempty
LinkLocalIPs []string omitempty`,
  'network.EndpointResource': `
Name string
EndpointID string
MacAddress string
IPv4Address string
IPv6Address string`,
  'network.EndpointSettings': `
IPAMConfig *network.EndpointIPAMConfig
Links []string
Aliases []string
MacAddress string
DriverOpts map[string]string
GwPriority int
NetworkID string
EndpointID string
Gateway string
IPAddress string
IPPrefixLen int
IPv6Gateway string
GlobalIPv6Address string
GlobalIPv6PrefixLen int
DNSNames []string`,
  'network.IPAM': `
Driver string
Options map[string]string
Config []network.IPAMConfig`,
  'network.IPAMConfig': `
Subnet string omitempty
IPRange string omitempty
Gateway string omitempty
AuxAddress map[string]string json:AuxiliaryAddresses omitempty`,
  'network.Inspect': `
Name string
ID string json:Id
Created time
Scope string
Driver string
EnableIPv4 bool
EnableIPv6 bool
IPAM network.IPAM
Internal bool
Attachable bool
Ingress bool
ConfigFrom network.ConfigReference
ConfigOnly bool
Containers map[string]network.EndpointResource
Options map[string]string
Labels map[string]string
Peers []network.PeerInfo omitempty
Services map[string]network.ServiceInfo omitempty`,
  'network.PeerInfo': `
Name string
IP string`,
  'network.ServiceInfo': `
VIP string
Ports []string
LocalLBIndex int
Tasks []network.Task`,
  'network.Task': `
Name string
EndpointID string
EndpointIP string
Info map[string]string`,
  'ocispec.Descriptor': `
MediaType string json:mediaType
Digest string json:digest
Size int64 json:size
URLs []string json:urls omitempty
Annotations map[string]string json:annotations omitempty
Data []uint8 json:data omitempty
Platform *ocispec.Platform json:platform omitempty
ArtifactType string json:artifactType omitempty`,
  'ocispec.ImageConfig': `
User string omitempty
ExposedPorts map[string]empty omitempty
Env []string omitempty
Entrypoint []string omitempty
Cmd []string omitempty
Volumes map[string]empty omitempty
WorkingDir string omitempty
Labels map[string]string omitempty
StopSignal string omitempty
ArgsEscaped bool omitempty`,
  'ocispec.Platform': `
Architecture string json:architecture
OS string json:os
OSVersion string json:os.version omitempty
OSFeatures []string json:os.features omitempty
Variant string json:variant omitempty`,
  'registry.IndexInfo': `
Name string
Mirrors []string
Secure bool
Official bool`,
  'registry.ServiceConfig': `
AllowNondistributableArtifactsCIDRs []*string omitempty
AllowNondistributableArtifactsHostnames []string omitempty
InsecureRegistryCIDRs []*string
IndexConfigs map[string]*registry.IndexInfo
Mirrors []string`,
  'runtime.PluginPrivilege': `
Name string json:name omitempty
Description string json:description omitempty
Value []string json:value omitempty`,
  'runtime.PluginSpec': `
Name string json:name omitempty
Remote string json:remote omitempty
Privileges []*runtime.PluginPrivilege json:privileges omitempty
Disabled bool json:disabled omitempty
Env []string json:env omitempty`,
  'storage.DriverData': `
Data map[string]string
Name string`,
  'swarm.Annotations': `
Name string omitempty
Labels map[string]string`,
  'swarm.AppArmorOpts': `
Mode string omitempty`,
  'swarm.CAConfig': `
NodeCertExpiry duration omitempty
ExternalCAs []*swarm.ExternalCA omitempty
SigningCACert string omitempty
SigningCAKey string omitempty
ForceRotate uint64 omitempty`,
  'swarm.ClusterInfo': `
ID string
+swarm.Meta
Spec swarm.Spec
TLSInfo swarm.TLSInfo
RootRotationInProgress bool
DefaultAddrPool []string
SubnetSize uint32
DataPathPort uint32`,
  'swarm.Config': `
ID string
+swarm.Meta
Spec swarm.ConfigSpec`,
  'swarm.ConfigReference': `
File *swarm.ConfigReferenceFileTarget omitempty
Runtime *empty omitempty
ConfigID string
ConfigName string`,
  'swarm.ConfigReferenceFileTarget': `
Name string
UID string
GID string
Mode uint32`,
  'swarm.ConfigSpec': `
+swarm.Annotations
Data []uint8 omitempty
Templating *swarm.Driver omitempty`,
  'swarm.ContainerSpec': `
Image string omitempty
Labels map[string]string omitempty
Command []string omitempty
Args []string omitempty
Hostname string omitempty
Env []string omitempty
Dir string omitempty
User string omitempty
Groups []string omitempty
Privileges *swarm.Privileges omitempty
Init *bool omitempty
StopSignal string omitempty
TTY bool omitempty
OpenStdin bool omitempty
ReadOnly bool omitempty
Mounts []mount.Mount omitempty
StopGracePeriod *duration omitempty
Healthcheck *dockerspec.HealthcheckConfig omitempty
Hosts []string omitempty
DNSConfig *swarm.DNSConfig omitempty
Secrets []*swarm.SecretReference omitempty
Configs []*swarm.ConfigReference omitempty
Isolation string omitempty
Sysctls map[string]string omitempty
CapabilityAdd []string omitempty
CapabilityDrop []string omitempty
Ulimits []*units.Ulimit omitempty
OomScoreAdj int64 omitempty`,
  'swarm.ContainerStatus': `
ContainerID string
PID int
ExitCode int`,
  'swarm.CredentialSpec': `
Config string
File string
Registry string`,
  'swarm.DNSConfig': `
Nameservers []string omitempty
Search []string omitempty
Options []string omitempty`,
  'swarm.DiscreteGenericResource': `
Kind string omitempty
Value int64 omitempty`,
  'swarm.DispatcherConfig': `
HeartbeatPeriod duration omitempty`,
  'swarm.Driver': `
Name string omitempty
Options map[string]string omitempty`,
  'swarm.EncryptionConfig': `
AutoLockManagers bool`,
  'swarm.Endpoint': `
Spec swarm.EndpointSpec omitempty
Ports []swarm.PortConfig omitempty
VirtualIPs []swarm.EndpointVirtualIP omitempty`,
  'swarm.EndpointSpec': `
Mode string omitempty
Ports []swarm.PortConfig omitempty`,
  'swarm.EndpointVirtualIP': `
NetworkID string omitempty
Addr string omitempty`,
  'swarm.EngineDescription': `
EngineVersion string omitempty
Labels map[string]string omitempty
Plugins []swarm.PluginDescription omitempty`,
  'swarm.ExternalCA': `
Protocol string
URL string
Options map[string]string omitempty
CACert string`,
  'swarm.GenericResource': `
NamedResourceSpec *swarm.NamedGenericResource omitempty
DiscreteResourceSpec *swarm.DiscreteGenericResource omitempty`,
  'swarm.IPAMConfig': `
Subnet string omitempty
Range string omitempty
Gateway string omitempty`,
  'swarm.IPAMOptions': `
Driver swarm.Driver omitempty
Configs []swarm.IPAMConfig omitempty`,
  'swarm.Info': `
NodeID string
NodeAddr string
LocalNodeState string
ControlAvailable bool
Error string
RemoteManagers []swarm.Peer
Nodes int omitempty
Managers int omitempty
Cluster *swarm.ClusterInfo omitempty
Warnings []string omitempty`,
  'swarm.JobStatus': `
JobIteration swarm.Version
LastExecution time omitempty`,
  'swarm.JoinTokens': `
Worker string
Manager string`,
  'swarm.Limit': `
NanoCPUs int64 omitempty
MemoryBytes int64 omitempty
Pids int64 omitempty`,
  'swarm.ManagerStatus': `
Leader bool omitempty
Reachability string omitempty
Addr string omitempty`,
  'swarm.Meta': `
Version swarm.Version omitempty
CreatedAt time omitempty
UpdatedAt time omitempty`,
  'swarm.NamedGenericResource': `
Kind string omitempty
Value string omitempty`,
  'swarm.Network': `
ID string
+swarm.Meta
Spec swarm.NetworkSpec omitempty
DriverState swarm.Driver omitempty
IPAMOptions *swarm.IPAMOptions omitempty`,
  'swarm.NetworkAttachment': `
Network swarm.Network omitempty
Addresses []string omitempty`,
  'swarm.NetworkAttachmentConfig': `
Target string omitempty
Aliases []string omitempty
DriverOpts map[string]string omitempty`,
  'swarm.NetworkAttachmentSpec': `
ContainerID string`,
  'swarm.NetworkSpec': `
+swarm.Annotations
DriverConfiguration *swarm.Driver omitempty
IPv6Enabled bool omitempty
Internal bool omitempty
Attachable bool omitempty
Ingress bool omitempty
IPAMOptions *swarm.IPAMOptions omitempty
ConfigFrom *network.ConfigReference omitempty
Scope string omitempty`,
  'swarm.Node': `
ID string
+swarm.Meta
Spec swarm.NodeSpec omitempty
Description swarm.NodeDescription omitempty
Status swarm.NodeStatus omitempty
ManagerStatus *swarm.ManagerStatus omitempty`,
  'swarm.NodeCSIInfo': `
PluginName string omitempty
NodeID string omitempty
MaxVolumesPerNode int64 omitempty
AccessibleTopology *swarm.Topology omitempty`,
  'swarm.NodeDescription': `
Hostname string omitempty
Platform swarm.Platform omitempty
Resources swarm.Resources omitempty
Engine swarm.EngineDescription omitempty
TLSInfo swarm.TLSInfo omitempty
CSIInfo []swarm.NodeCSIInfo omitempty`,
  'swarm.NodeSpec': `
+swarm.Annotations
Role string omitempty
Availability string omitempty`,
  'swarm.NodeStatus': `
State string omitempty
Message string omitempty
Addr string omitempty`,
  'swarm.OrchestrationConfig': `
TaskHistoryRetentionLimit *int64 omitempty`,
  'swarm.Peer': `
NodeID string
Addr string`,
  'swarm.Placement': `
Constraints []string omitempty
Preferences []swarm.PlacementPreference omitempty
MaxReplicas uint64 omitempty
Platforms []swarm.Platform omitempty`,
  'swarm.PlacementPreference': `
Spread *swarm.SpreadOver`,
  'swarm.Platform': `
Architecture string omitempty
OS string omitempty`,
  'swarm.PluginDescription': `
Type string omitempty
Name string omitempty`,
  'swarm.PortConfig': `
Name string omitempty
Protocol string omitempty
TargetPort uint32 omitempty
PublishedPort uint32 omitempty
PublishMode string omitempty`,
  'swarm.PortStatus': `
Ports []swarm.PortConfig omitempty`,
  'swarm.Privileges': `
CredentialSpec *swarm.CredentialSpec
SELinuxContext *swarm.SELinuxContext
Seccomp *swarm.SeccompOpts omitempty
AppArmor *swarm.AppArmorOpts omitempty
NoNewPrivileges bool`,
  'swarm.RaftConfig': `
SnapshotInterval uint64 omitempty
KeepOldSnapshots *uint64 omitempty
LogEntriesForSlowFollowers uint64 omitempty
ElectionTick int
HeartbeatTick int`,
  'swarm.ReplicatedJob': `
MaxConcurrent *uint64 omitempty
TotalCompletions *uint64 omitempty`,
  'swarm.ReplicatedService': `
Replicas *uint64 omitempty`,
  'swarm.ResourceRequirements': `
Limits *swarm.Limit omitempty
Reservations *swarm.Resources omitempty`,
  'swarm.Resources': `
NanoCPUs int64 omitempty
MemoryBytes int64 omitempty
GenericResources []swarm.GenericResource omitempty`,
  'swarm.RestartPolicy': `
Condition string omitempty
Delay *duration omitempty
MaxAttempts *uint64 omitempty
Window *duration omitempty`,
  'swarm.SELinuxContext': `
Disable bool
User string
Role string
Type string
Level string`,
  'swarm.SeccompOpts': `
Mode string omitempty
Profile []uint8 omitempty`,
  'swarm.Secret': `
ID string
+swarm.Meta
Spec swarm.SecretSpec`,
  'swarm.SecretReference': `
File *swarm.SecretReferenceFileTarget
SecretID string
SecretName string`,
  'swarm.SecretReferenceFileTarget': `
Name string
UID string
GID string
Mode uint32`,
  'swarm.SecretSpec': `
+swarm.Annotations
Data []uint8 omitempty
Driver *swarm.Driver omitempty
Templating *swarm.Driver omitempty`,
  'swarm.Service': `
ID string
+swarm.Meta
Spec swarm.ServiceSpec omitempty
PreviousSpec *swarm.ServiceSpec omitempty
Endpoint swarm.Endpoint omitempty
UpdateStatus *swarm.UpdateStatus omitempty
ServiceStatus *swarm.ServiceStatus omitempty
JobStatus *swarm.JobStatus omitempty`,
  'swarm.ServiceMode': `
Replicated *swarm.ReplicatedService omitempty
Global *empty omitempty
ReplicatedJob *swarm.ReplicatedJob omitempty
GlobalJob *empty omitempty`,
  'swarm.ServiceSpec': `
+swarm.Annotations
TaskTemplate swarm.TaskSpec omitempty
Mode swarm.ServiceMode omitempty
UpdateConfig *swarm.UpdateConfig omitempty
RollbackConfig *swarm.UpdateConfig omitempty
Networks []swarm.NetworkAttachmentConfig omitempty
EndpointSpec *swarm.EndpointSpec omitempty`,
  'swarm.ServiceStatus': `
RunningTasks uint64
DesiredTasks uint64
CompletedTasks uint64`,
  'swarm.Spec': `
+swarm.Annotations
Orchestration swarm.OrchestrationConfig omitempty
Raft swarm.RaftConfig omitempty
Dispatcher swarm.DispatcherConfig omitempty
CAConfig swarm.CAConfig omitempty
TaskDefaults swarm.TaskDefaults omitempty
EncryptionConfig swarm.EncryptionConfig omitempty`,
  'swarm.SpreadOver': `
SpreadDescriptor string`,
  'swarm.Swarm': `
+swarm.ClusterInfo
JoinTokens swarm.JoinTokens`,
  'swarm.TLSInfo': `
TrustRoot string omitempty
CertIssuerSubject []uint8 omitempty
CertIssuerPublicKey []uint8 omitempty`,
  'swarm.Task': `
ID string
+swarm.Meta
+swarm.Annotations
Spec swarm.TaskSpec omitempty
ServiceID string omitempty
Slot int omitempty
NodeID string omitempty
Status swarm.TaskStatus omitempty
DesiredState string omitempty
NetworksAttachments []swarm.NetworkAttachment omitempty
GenericResources []swarm.GenericResource omitempty
JobIteration *swarm.Version omitempty
Volumes []swarm.VolumeAttachment`,
  'swarm.TaskDefaults': `
LogDriver *swarm.Driver omitempty`,
  'swarm.TaskSpec': `
ContainerSpec *swarm.ContainerSpec omitempty
PluginSpec *runtime.PluginSpec omitempty
NetworkAttachmentSpec *swarm.NetworkAttachmentSpec omitempty
Resources *swarm.ResourceRequirements omitempty
RestartPolicy *swarm.RestartPolicy omitempty
Placement *swarm.Placement omitempty
Networks []swarm.NetworkAttachmentConfig omitempty
LogDriver *swarm.Driver omitempty
ForceUpdate uint64
Runtime string omitempty`,
  'swarm.TaskStatus': `
Timestamp time omitempty
State string omitempty
Message string omitempty
Err string omitempty
ContainerStatus *swarm.ContainerStatus omitempty
PortStatus swarm.PortStatus omitempty`,
  'swarm.Topology': `
Segments map[string]string omitempty`,
  'swarm.UpdateConfig': `
Parallelism uint64
Delay duration omitempty
FailureAction string omitempty
Monitor duration omitempty
MaxFailureRatio float32
Order string`,
  'swarm.UpdateStatus': `
State string omitempty
StartedAt *time omitempty
CompletedAt *time omitempty
Message string omitempty`,
  'swarm.Version': `
Index uint64 omitempty`,
  'swarm.VolumeAttachment': `
ID string omitempty
Source string omitempty
Target string omitempty`,
  'system.Commit': `
ID string
Expected string omitempty`,
  'system.ContainerdInfo': `
Address string omitempty
Namespaces system.ContainerdNamespaces`,
  'system.ContainerdNamespaces': `
Containers string
Plugins string`,
  'system.DeviceInfo': `
Source string
ID string`,
  'system.FirewallInfo': `
Driver string
Info []any omitempty`,
  'system.Info': `
ID string
Containers int
ContainersRunning int
ContainersPaused int
ContainersStopped int
Images int
Driver string
DriverStatus []any
SystemStatus []any omitempty
Plugins system.PluginsInfo
MemoryLimit bool
SwapLimit bool
KernelMemory bool omitempty
KernelMemoryTCP bool omitempty
CPUCfsPeriod bool json:CpuCfsPeriod
CPUCfsQuota bool json:CpuCfsQuota
CPUShares bool
CPUSet bool
PidsLimit bool
IPv4Forwarding bool
Debug bool
NFd int
OomKillDisable bool
NGoroutines int
SystemTime string
LoggingDriver string
CgroupDriver string
CgroupVersion string omitempty
NEventsListener int
KernelVersion string
OperatingSystem string
OSVersion string
OSType string
Architecture string
IndexServerAddress string
RegistryConfig *registry.ServiceConfig
NCPU int
MemTotal int64
GenericResources []swarm.GenericResource
DockerRootDir string
HTTPProxy string json:HttpProxy
HTTPSProxy string json:HttpsProxy
NoProxy string
Name string
Labels []string
ExperimentalBuild bool
ServerVersion string
Runtimes map[string]system.RuntimeWithStatus
DefaultRuntime string
Swarm swarm.Info
LiveRestoreEnabled bool
Isolation string
InitBinary string
ContainerdCommit system.Commit
RuncCommit system.Commit
InitCommit system.Commit
SecurityOptions []string
ProductLicense string omitempty
DefaultAddressPools []system.NetworkAddressPool omitempty
FirewallBackend *system.FirewallInfo omitempty
CDISpecDirs []string
DiscoveredDevices []system.DeviceInfo omitempty
Containerd *system.ContainerdInfo omitempty
Warnings []string`,
  'system.NetworkAddressPool': `
Base string
Size int`,
  'system.PluginsInfo': `
Volume []string
Network []string
Authorization []string
Log []string`,
  'system.Runtime': `
Path string json:path omitempty
Args []string json:runtimeArgs omitempty
Type string json:runtimeType omitempty
Options map[string]any json:options omitempty`,
  'system.RuntimeWithStatus': `
+system.Runtime
Status map[string]string json:status omitempty`,
  'types.ComponentVersion': `
Name string
Version string
Details map[string]string omitempty`,
  'types.Version': `
Platform any omitempty
Components []types.ComponentVersion omitempty
Version string
APIVersion string json:ApiVersion
MinAPIVersion string omitempty
GitCommit string
GoVersion string
Os string
Arch string
KernelVersion string omitempty
Experimental bool omitempty
BuildTime string omitempty`,
  'units.Ulimit': `
Name string
Hard int64
Soft int64`,
  'volume.AccessMode': `
Scope string omitempty
Sharing string omitempty
MountVolume *volume.TypeMount omitempty
BlockVolume *empty omitempty`,
  'volume.CapacityRange': `
RequiredBytes int64
LimitBytes int64`,
  'volume.ClusterVolume': `
ID string
+swarm.Meta
Spec volume.ClusterVolumeSpec
PublishStatus []*volume.PublishStatus omitempty
Info *volume.Info omitempty`,
  'volume.ClusterVolumeSpec': `
Group string omitempty
AccessMode *volume.AccessMode omitempty
AccessibilityRequirements *volume.TopologyRequirement omitempty
CapacityRange *volume.CapacityRange omitempty
Secrets []volume.Secret omitempty
Availability string omitempty`,
  'volume.Info': `
CapacityBytes int64 omitempty
VolumeContext map[string]string omitempty
VolumeID string omitempty
AccessibleTopology []volume.Topology omitempty`,
  'volume.PublishStatus': `
NodeID string omitempty
State string omitempty
PublishContext map[string]string omitempty`,
  'volume.Secret': `
Key string
Secret string`,
  'volume.Topology': `
Segments map[string]string omitempty`,
  'volume.TopologyRequirement': `
Requisite []volume.Topology omitempty
Preferred []volume.Topology omitempty`,
  'volume.TypeMount': `
FsType string omitempty
MountFlags []string omitempty`,
  'volume.UsageData': `
RefCount int64
Size int64`,
  'volume.Volume': `
ClusterVolume *volume.ClusterVolume omitempty
CreatedAt string omitempty
Driver string
Labels map[string]string
Mountpoint string
Name string
Options map[string]string
Scope string
Status map[string]any omitempty
UsageData *volume.UsageData omitempty`,
};
