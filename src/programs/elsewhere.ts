/**
 * Repositories that Docker Hub has and this lab has not. Whoever pulls one is told so, not that it does not exist.
 *
 * Real: the official images of Docker Hub, and a few that tutorials name.
 */
const OFFICIAL = `
adminer aerospike almalinux alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita buildpack-deps caddy
cassandra chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase couchdb crate dart docker drupal
eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang express-gateway fedora flink fluentd friendica gazebo gcc
geonetwork ghost golang gradle groovy haproxy haskell haxe hylang ibmjava influxdb irssi jetty joomla jruby julia kapacitor kibana kong
lightstreamer liquibase logstash mageia matomo maven mediawiki memcached mono mongo-express monica nats neo4j neurodebian nextcloud node
notary odoo open-liberty openjdk oraclelinux orientdb percona perl photon php phpmyadmin plone postfixadmin pypy python r-base rabbitmq
rakudo-star redmine rethinkdb rocket.chat rockylinux ros ruby rust sapmachine scratch silverpeas solr sonarqube spark spiped storm swarm
swift swipl teamspeak telegraf tomcat tomee traefik unit varnish vault websphere-liberty xwiki yourls znc zookeeper centos
mysql mariadb postgres wordpress mongo
`;

const OTHERS = `
portainer/portainer portainer/portainer-ce portainer/agent dockersamples/visualizer dockercloud/haproxy prom/prometheus prom/node-exporter
prom/alertmanager grafana/grafana jenkins/jenkins bitnami/redis bitnami/mysql bitnami/postgresql gitlab/gitlab-ce nginxdemos/hello
containrrr/watchtower minio/minio confluentinc/cp-kafka mcr.microsoft.com/dotnet/sdk stefanprodan/podinfo nicolaka/netshoot
jwilder/nginx-proxy linuxserver/nginx curlimages/curl dockerswarm/rexray
`;

const ELSEWHERE: ReadonlySet<string> = new Set(`${OFFICIAL} ${OTHERS}`.trim().split(/\s+/));

/** Whether Docker Hub is known to have a repository, by its familiar name. */
export function isElsewhere(repository: string): boolean {
  return ELSEWHERE.has(repository);
}
