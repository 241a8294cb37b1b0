/**
 * The names of `shellPrograms`, in its order: what is installed can be known before the tools themselves have been loaded.
 */
export const toolNames: readonly string[] = `
bash dash ash sh apt apk awk editor grep find xargs sed ls stat file curl wget wget-busybox ping ping-busybox
traceroute nc netstat ss tcpdump ip ip-busybox ifconfig route hostname nslookup nslookup-busybox dig getent id
whoami groups users cat head tail wc tac rev nl tee sort uniq cut tr paste column fold od mkdir rmdir rm cp mv
install ln touch chmod chown chgrp readlink realpath mktemp truncate ps top htop kill killall pgrep pidof
timeout watch env printenv nohup time nice setsid which sudo su pkill free date uname arch nproc uptime mount
df du lsblk dd lscpu lsof sync true false echo printf sleep yes clear seq tty stty basename dirname
unsupported test pwd expr less more diff comm base64 md5sum sha1sum sha256sum gzip tar jq join split shuf
expand w vmstat mknod passwd ssh scp man systemctl service journalctl make gcc git iptables perl
`
  .trim()
  .split(/\s+/);
