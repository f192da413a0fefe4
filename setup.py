"""Packaging of openedx-mastery-suite: six packages, the plugin entry points and what they need."""

from pathlib import Path

from setuptools import find_namespace_packages, setup

PACKAGES = [
    "mastery_exam",
    "micromasters_pathway",
    "paid_certificate",
    "credit_transfer",
    "xblocks",
    "openedx_bridge",
]

PLUGIN_APPS = [
    "openedx_bridge = openedx_bridge.apps:OpenedxBridgeConfig",
    "mastery_exam = mastery_exam.apps:MasteryExamConfig",
    "micromasters_pathway = micromasters_pathway.apps:MicromastersPathwayConfig",
    "paid_certificate = paid_certificate.apps:PaidCertificateConfig",
    "credit_transfer = credit_transfer.apps:CreditTransferConfig",
]

setup(
    name="openedx-mastery-suite",
    version="0.1.0",
    description="Mastery exams, certificates for a fee, MicroMasters pathways and credit transfer for Open edX.",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_namespace_packages(include=[pattern for name in PACKAGES for pattern in (name, f"{name}.*")]),
    include_package_data=True,
    package_data={name: ["**/*"] for name in PACKAGES},
    exclude_package_data={"": ["*.pyc", "__pycache__/*"]},
    # Lower bounds are at or below the pins of the oldest supported platform release; the platform decides the rest.
    install_requires=[
        "Django>=5.2,<7",
        "djangorestframework>=3.16",
        "drf-spectacular>=0.28",
        "XBlock>=5.2",
        "edx-opaque-keys>=3.0",
        "edx-django-utils>=8.0",
        "edx-drf-extensions>=10.6",
        "openedx-events>=10.5",
        "openedx-filters>=2.1",
        "attrs>=25.3",
        "celery>=5.5",
        "cryptography>=45.0",
        "lxml>=5.3",
        "nh3>=0.3.0",
        "latex2mathml>=3.77",
        "numpy>=1.26",
        "scipy>=1.16",
        "pillow>=11.3",
        "pyld>=2.0.4",
        "segno>=1.6",
        "confusable-homoglyphs>=3.3",
        "reportlab>=4.2",
    ],
    entry_points={
        "lms.djangoapp": PLUGIN_APPS,
        "cms.djangoapp": PLUGIN_APPS,
        "xblock.v1": [
            "mastery-exam = xblocks.mastery_exam:MasteryExamXBlock",
            "paid-certificate = xblocks.paid_certificate:PaidCertificateXBlock",
            "micromasters-pathway = xblocks.micromasters_pathway:MicromastersPathwayXBlock",
            "credit-transfer = xblocks.credit_transfer:CreditTransferXBlock",
        ],
    },
    classifiers=[
        "Framework :: Django :: 5.2",
        "Intended Audience :: Education",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
    ],
)
