# Sourced by the scripts that run inside a machine, in the project's folder.
# shellcheck shell=bash

package=/usr/lib/node_modules/dropcap

# Installs dropcap as `npm install -g` does: below /usr, owned by root. Other users cannot read the project's folder.
install_dropcap() {
  mkdir -p "$package/native/build" "$package/node_modules" &&
    cp -r bin dist package.json "$package" &&
    cp -r native/build/Release "$package/native/build" &&
    cp -r node_modules/node-gyp-build "$package/node_modules" &&
    ln -s "$package/bin/dropcap" /usr/local/bin/dropcap || return
  [[ -x /usr/bin/node || -x /usr/local/bin/node ]] || ln -s "$(command -v node)" /usr/local/bin/node
}
