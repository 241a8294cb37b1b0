/** A compose file after loading: short forms spread out, values normalised. */

export interface ComposePort {
  readonly mode: string;
  readonly target: number;
  readonly published?: number;
  readonly protocol: string;
}

export interface ComposeVolumeMount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: { readonly propagation?: string };
  readonly volume?: { readonly nocopy?: boolean };
  readonly tmpfs?: { readonly size?: number };
}

export interface ComposeFileReference {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: number;
}

export interface ComposeUpdateConfig {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface ComposeResources {
  readonly cpus?: string;
  readonly memory?: string;
  readonly pids?: number;
  readonly generic_resources?: readonly {
    readonly discrete_resource_spec?: { readonly kind: string; readonly value: number };
  }[];
}

export interface ComposeDeploy {
  readonly mode?: string;
  readonly replicas?: number;
  readonly endpoint_mode?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly update_config?: ComposeUpdateConfig;
  readonly rollback_config?: ComposeUpdateConfig;
  readonly resources?: {
    readonly limits?: ComposeResources;
    readonly reservations?: ComposeResources;
  };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: string;
    readonly max_attempts?: number;
    readonly window?: string;
  };
  readonly placement?: {
    readonly constraints?: readonly string[];
    readonly preferences?: readonly { readonly spread?: string }[];
    readonly max_replicas_per_node?: number;
  };
}

export interface ComposeService {
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly command?: readonly string[];
  readonly configs?: readonly ComposeFileReference[];
  readonly credential_spec?: {
    readonly config?: string;
    readonly file?: string;
    readonly registry?: string;
  };
  readonly deploy?: ComposeDeploy;
  readonly dns?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly extra_hosts?: readonly string[];
  readonly healthcheck?: {
    readonly disable?: boolean;
    readonly interval?: string;
    readonly retries?: number;
    readonly test?: readonly string[];
    readonly timeout?: string;
    readonly start_period?: string;
    readonly start_interval?: string;
  };
  readonly hostname?: string;
  readonly image?: string;
  readonly init?: boolean;
  readonly isolation?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly logging?: {
    readonly driver?: string;
    readonly options?: Readonly<Record<string, string>>;
  };
  readonly networks?: Readonly<
    Record<
      string,
      { readonly aliases?: readonly string[]; readonly driver_opts?: Record<string, string> } | null
    >
  >;
  readonly oom_score_adj?: number;
  readonly ports?: readonly ComposePort[];
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly secrets?: readonly ComposeFileReference[];
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: Readonly<
    Record<string, number | { readonly soft: number; readonly hard: number }>
  >;
  readonly user?: string;
  readonly volumes?: readonly ComposeVolumeMount[];
  readonly working_dir?: string;
}

export interface ComposeObject {
  readonly name?: string;
  readonly external?: boolean;
  readonly file?: string;
  readonly driver?: string;
  readonly driver_opts?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly template_driver?: string;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly ipam?: {
    readonly driver?: string;
    readonly config?: readonly { readonly subnet?: string }[];
  };
}

export interface ComposeConfig {
  readonly version: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, ComposeObject>>;
  readonly volumes: Readonly<Record<string, ComposeObject>>;
  readonly secrets: Readonly<Record<string, ComposeObject>>;
  readonly configs: Readonly<Record<string, ComposeObject>>;
}
