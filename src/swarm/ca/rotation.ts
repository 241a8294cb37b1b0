/**
 * A root that follows another. While both are there, nodes trust the old one, and their new certificates are issued by the new one, which
 * the old one has signed too; at the end the new one is the only one, and join tokens carry its digest.
 *
 * Real:     swarmkit manager/controlapi/ca_rotation.go (newRootRotationObject), ca/reconciler.go (finishRootRotation, hasIssuer)
 * Left out: the cross-signed certificate itself (nothing is signed here); roots of the user's own and external CAs.
 */
import type { Random } from '../../sim/index.ts';
import type { Cluster, Node, RootRotation } from '../api/index.ts';
import { tlsInfoOf, type RootCA } from './rootca.ts';
import { joinToken, newSecret } from './token.ts';

type ClusterRootCA = Cluster['RootCA'];

/** A rotation that is under way is given up for this one. `version`: the ForceRotate that asked for it. */
export function beginRootRotation(
  current: ClusterRootCA,
  next: RootCA,
  version: number,
): ClusterRootCA {
  return {
    ...current,
    RootRotationInProgress: true,
    // The issuer is the new root at once; what is trusted stays until the end.
    TLSInfo: { ...tlsInfoOf(next), TrustRoot: current.CACert },
    LastForcedRotation: version,
    RootRotation: { CACert: next.Cert, CACertHash: next.Digest, PublicKey: next.PublicKey },
  };
}

/** Both tokens are made anew: old ones name a root that nobody has any more. */
export function finishRootRotation(current: ClusterRootCA, random: Random): ClusterRootCA {
  const { RootRotation: next, ...rest } = current;
  if (!next) return current;
  const { CACert: Cert, CACertHash: Digest, PublicKey } = next;
  return {
    ...rest,
    CACert: Cert,
    CACertHash: Digest,
    RootRotationInProgress: false,
    TLSInfo: tlsInfoOf({ Cert, Digest, PublicKey }),
    JoinTokens: {
      Worker: joinToken(Digest, newSecret(random)),
      Manager: joinToken(Digest, newSecret(random)),
    },
  };
}

/** Whether the node has said that its certificate comes from this root. */
export function isIssuedBy(node: Node, root: RootRotation): boolean {
  return node.Description?.TLSInfo?.CertIssuerPublicKey === root.PublicKey;
}
