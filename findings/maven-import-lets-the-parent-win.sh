#!/usr/bin/env bash
# Maven 3.10.0 and 4.0.0-rc-7: an import of an unrelated BOM lets a parent's managed version win over the child's.
#
# The documentation says that a POM's own dependencyManagement counts before its parent's. Maven merges the two lists
# before it puts values for properties, so that `${group}:lib` of the child and `org.example:lib` of the parent both
# stay, the child's first. Without an import the first one counts. If the child imports any BOM, even one that says
# nothing of `lib`, Maven first keeps the last one of each, which is the parent's.
#
# Observed with both versions, for the same child with and without an import:
#
#     alone: 2
#     with an import: 1
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
dependency_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.9.0
help_plugin=org.apache.maven.plugins:maven-help-plugin:3.5.1

pom() { # artifact, the rest
  echo "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>$2<artifactId>$1</artifactId>$3</project>"
}
own='<groupId>org.example</groupId><version>1</version>'
parent='<parent><groupId>org.example</groupId><artifactId>root</artifactId><version>1</version></parent>'
lib() { echo "<dependency><groupId>$1</groupId><artifactId>lib</artifactId>${2:+<version>$2</version>}</dependency>"; }
managed() { echo "<dependencyManagement><dependencies>$1</dependencies></dependencyManagement>"; }
import='<dependency><groupId>org.example</groupId><artifactId>bom</artifactId><version>1</version><type>pom</type><scope>import</scope></dependency>'
uses="<dependencies>$(lib org.example)</dependencies>"

mkdir bom alone importing
pom root "$own" "<packaging>pom</packaging><properties><group>org.example</group></properties>
<modules><module>bom</module><module>alone</module><module>importing</module></modules>$(managed "$(lib org.example 1)")" > pom.xml
pom bom "$own" "<packaging>pom</packaging>$(managed '<dependency><groupId>org.example</groupId><artifactId>other</artifactId><version>1</version></dependency>')" > bom/pom.xml
pom alone "$parent" "$(managed "$(lib '${group}' 2)")$uses" > alone/pom.xml
pom importing "$parent" "$(managed "$(lib '${group}' 2)$import")$uses" > importing/pom.xml

for version in 3.10.0 4.0.0-rc-7; do
  mvn -q -B "$dependency_plugin:copy" -Dartifact="org.apache.maven:apache-maven:$version:tar.gz:bin" -DoutputDirectory="$folder/tools"
  tar -xzf "tools/apache-maven-$version-bin.tar.gz" -C tools
  found=
  for module in alone importing; do
    "tools/apache-maven-$version/bin/mvn" -q -B "$help_plugin:effective-pom" -pl "$module" -Doutput="$folder/$module.xml"
    found+=$(sed '/<dependencyManagement>/,/<\/dependencyManagement>/d' "$module.xml" | grep -A2 '<artifactId>lib' | sed -n 's/.*<version>\(.*\)<.version>.*/\1/p')
    found+=' '
  done
  echo "$version: alone and with an import: $found"
  [ "$found" = '2 1 ' ] || { echo "not as observed before"; exit 1; }
done
