"""Tutor plugin: install the suite into the platform's image, migrate, and end sittings whose time is over.

Copy this file into the folder that `tutor plugins printroot` names, then `tutor plugins enable mastery_suite`.
"""

from tutor import hooks

hooks.Filters.CONFIG_DEFAULTS.add_items(
    [
        ("MASTERY_SUITE_PIP_REQUIREMENT", "openedx-mastery-suite"),
        ("MASTERY_SUITE_PUBLIC_BASE_URL", "{% if ENABLE_HTTPS %}https{% else %}http{% endif %}://{{ LMS_HOST }}"),
        ("MASTERY_SUITE_INVOICE_ACCOUNT", ""),
    ]
)
hooks.Filters.CONFIG_UNIQUE.add_items([("MASTERY_SUITE_KEY_SECRET", "{{ 48|random_string }}")])


@hooks.Filters.CONFIG_DEFAULTS.add()
def _require_suite(items):
    """Add the suite to the packages of the platform's image, beside those that the operator asks for."""
    return [
        (name, [*value, "{{ MASTERY_SUITE_PIP_REQUIREMENT }}"] if name == "OPENEDX_EXTRA_PIP_REQUIREMENTS" else value)
        for name, value in items
    ]


hooks.Filters.ENV_PATCHES.add_items(
    [
        (
            "openedx-common-settings",
            """
# openedx-mastery-suite
PAID_CERTIFICATE_PUBLIC_BASE_URL = "{{ MASTERY_SUITE_PUBLIC_BASE_URL }}"
PAID_CERTIFICATE_KEY_SECRET = "{{ MASTERY_SUITE_KEY_SECRET }}"
PAID_CERTIFICATE_INVOICE_ACCOUNT = "{{ MASTERY_SUITE_INVOICE_ACCOUNT }}"
""",
        ),
        (
            "local-docker-compose-services",
            """
mastery-suite-closer:
  image: {{ DOCKER_IMAGE_OPENEDX }}
  environment:
    SERVICE_VARIANT: lms
    DJANGO_SETTINGS_MODULE: lms.envs.tutor.production
  command: >-
    bash -c "while true; do
    ./manage.py lms close_due_attempts; ./manage.py lms release_due_results; sleep 60; done"
  restart: unless-stopped
  volumes:
    - ../apps/openedx/settings/lms:/openedx/edx-platform/lms/envs/tutor:ro
    - ../apps/openedx/settings/cms:/openedx/edx-platform/cms/envs/tutor:ro
    - ../apps/openedx/config:/openedx/config:ro
  depends_on: [lms]
""",
        ),
        (
            "k8s-jobs",
            """
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: mastery-suite-closer
spec:
  schedule: "* * * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: closer
              image: {{ DOCKER_IMAGE_OPENEDX }}
              command: ["bash", "-c", "./manage.py lms close_due_attempts && ./manage.py lms release_due_results"]
              env:
                - {name: SERVICE_VARIANT, value: lms}
                - {name: DJANGO_SETTINGS_MODULE, value: lms.envs.tutor.production}
              volumeMounts:
                - {mountPath: /openedx/edx-platform/lms/envs/tutor/, name: settings-lms}
                - {mountPath: /openedx/edx-platform/cms/envs/tutor/, name: settings-cms}
                - {mountPath: /openedx/config, name: config}
          volumes:
            - {name: settings-lms, configMap: {name: openedx-settings-lms}}
            - {name: settings-cms, configMap: {name: openedx-settings-cms}}
            - {name: config, configMap: {name: openedx-config}}
""",
        ),
    ]
)

hooks.Filters.CLI_DO_INIT_TASKS.add_item(
    (
        "lms",
        "./manage.py lms migrate mastery_exam && ./manage.py lms migrate micromasters_pathway && "
        "./manage.py lms migrate paid_certificate && ./manage.py lms migrate credit_transfer",
    )
)
