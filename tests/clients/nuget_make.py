"""Makes a NuGet package in the current folder, as `dotnet pack` lays one out."""

import zipfile

NUSPEC = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.example/packaging/2013/05/nuspec.xsd">
  <metadata minClientVersion="3.3">
    <id>Our.First</id>
    <version>1.0.0-Beta.2</version>
    <authors>É. Author</authors>
    <license type="expression">MIT</license>
    <description>A package &amp; its dependencies</description>
    <dependencies>
      <group targetFramework="net8.0">
        <dependency id="Our.Second" version="2.0.0" exclude="Build,Analyzers" />
      </group>
    </dependencies>
  </metadata>
</package>
"""

with zipfile.ZipFile("Our.First.1.0.0-Beta.2.nupkg", "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("[Content_Types].xml", "<Types />")
    archive.writestr("_rels/.rels", "<Relationships />")
    archive.writestr("Our.First.nuspec", "\ufeff" + NUSPEC)
    archive.writestr("lib/net8.0/Our.First.dll", bytes(range(256)) * 100)
    archive.writestr("package/services/metadata/core-properties/1.psmdcp", "<coreProperties />")
