# SPDX-License-Identifier: MIT
"""Made-up environments of real extensions, for the tests of the page.

The extensions are those of Debian's pandas, which was compiled for the NumPy of its
release; beside them stands whatever NumPy a test asks for, as far as that tells its
version.
"""
import glob
import os
import shutil
import subprocess

SITE = "lib/python3.11/site-packages"


def find_extensions():
    """Paths of the extensions of the system's pandas, [] where there is none."""
    found = subprocess.run(["/usr/bin/python3", "-c",
                            "import importlib.util as u; print(u.find_spec('pandas').origin)"],
                           capture_output=True, text=True)
    folder = os.path.dirname(found.stdout.strip())
    return sorted(glob.glob(f"{folder}/_libs/**/*.so", recursive=True)) if folder else []


class Environment:
    """A directory that looks like a virtual environment."""

    def __init__(self, root):
        shutil.rmtree(os.fsencode(root), ignore_errors=True)
        self.root = root
        self.site = os.path.join(root, SITE)
        os.makedirs(self.site)

    def install_numpy(self, version):
        folder = os.path.join(self.site, "numpy")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "version.py"), "w") as file:
            file.write(f'version = "{version}"\n')

    def install(self, package, name, version, extensions):
        """Links EXTENSIONS into PACKAGE (bytes or text), which distribution NAME owns."""
        folder = os.path.join(os.fsencode(self.site), os.fsencode(package))
        os.makedirs(folder, exist_ok=True)
        open(os.path.join(folder, b"__init__.py"), "w").close()
        files = []
        for extension in extensions:
            file = os.path.join(folder, os.path.basename(os.fsencode(extension)))
            link(extension, file)
            files.append(os.path.relpath(file, os.fsencode(self.site)))
        self.write_metadata(name, version, files)

    def write_metadata(self, name, version, files):
        info = os.path.join(os.fsencode(self.site), b"d%03d-1.dist-info" % self.count())
        os.makedirs(info)
        with open(os.path.join(info, b"METADATA"), "wb") as file:
            file.write(b"Metadata-Version: 2.1\nName: %s\nVersion: %s\n"
                       % (os.fsencode(name), os.fsencode(version)))
        with open(os.path.join(info, b"RECORD"), "wb") as file:
            for path in files:
                file.write(b'"%s",,\n' % path.replace(b'"', b'""'))

    def count(self):
        return len(glob.glob(os.path.join(self.site, "*.dist-info")))


def link(source, target):
    """A second name for the file, or where that cannot be, a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
