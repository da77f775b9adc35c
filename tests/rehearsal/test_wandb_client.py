"""The real W&B client sends an alert through the W&B simulator to the Slack simulator."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.alert_rehearsal import SERVER, alert_rehearsals

PROGRAM = """
import wandb
run = wandb.init(project="tests", settings=wandb.Settings(console="off", x_disable_meta=True))
run.alert(title="Low accuracy", text="0.81 is below 0.9", level="WARN")
run.finish()
"""


@pytest.mark.slow
def test_the_real_client_sends_one_alert(tmp_path: Path) -> None:
    with alert_rehearsals(tmp_path / "screenshots") as start:
        here = start()
        assert here.run(allowed_ips=[]).status.good
        authority = tmp_path / "ca.pem"
        authority.write_text(here.rehearsal.ca_pem)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "WANDB_DIR": str(tmp_path),
            "WANDB_BASE_URL": SERVER,
            "WANDB_API_KEY": here.client.state()[SERVER]["person"]["api_key"],
            "WANDB_ERROR_REPORTING": "false",
            "HTTPS_PROXY": here.rehearsal.control_url,
            "SSL_CERT_FILE": str(authority),
            "REQUESTS_CA_BUNDLE": str(authority),
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        channels = here.client.state()["https://slack.com"]["channels"]
        posted = next(each["messages"] for each in channels if each["name"] == "alerts")[-1]
        (attached,) = posted["attachments"]
        assert attached["title"].startswith("Triggered: Low accuracy (") and attached["text"] == "0.81 is below 0.9"
        assert [field["value"] for field in attached["fields"]] == ["morgan", "running"]
