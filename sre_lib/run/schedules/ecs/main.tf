# Not tested: it was never applied to an account. Tested: that it is valid HCL, that its roles hold together, and that the
# task's policy (policy.tf beside it) is what `sre-review iam-policy` writes.
# Each week on the morning after it EventBridge Scheduler starts one Fargate task, which runs the review $name.
# Archive and pages lie on EFS, where they outlive the task; file locks hold there too, so that no two runs overlap.
# A `profile` in the review file is one of your own machine: leave it out there.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = $hcl_region
}

variable "image" {
  description = "The image made from the Dockerfile beside this file, in your registry."
  type        = string
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster that runs the task."
  type        = string
}

variable "subnets" {
  description = "Ids of the subnets of the task, one a zone; from there CloudWatch is reached (NAT or endpoint)."
  type        = list(string)
}

variable "security_groups" {
  description = "Ids of security groups that let out HTTPS, and NFS (2049) among themselves."
  type        = list(string)
}

variable "secrets" {
  description = "ARNs of secrets (Secrets Manager) by environment variable: what `url_env` names in the review file."
  type        = map(string)
  default     = {}
}

resource "aws_efs_file_system" "review" {
  encrypted = true

  lifecycle {
    prevent_destroy = true # what CloudWatch has forgotten is only here
  }
}

resource "aws_efs_backup_policy" "review" {
  file_system_id = aws_efs_file_system.review.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_mount_target" "review" {
  for_each        = toset(var.subnets)
  file_system_id  = aws_efs_file_system.review.id
  subnet_id       = each.value
  security_groups = var.security_groups
}

resource "aws_efs_access_point" "review" {
  for_each       = toset(["archive", "reviews"])
  file_system_id = aws_efs_file_system.review.id

  posix_user {
    uid = 1000
    gid = 1000
  }

  root_directory {
    path = "/$${each.key}"

    creation_info {
      owner_uid   = 1000
      owner_gid   = 1000
      permissions = "750"
    }
  }
}

data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "task" {
  name_prefix        = "sre-review-task-"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy" "task" {
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.sre_review.json
}

resource "aws_iam_role" "execution" {
  name_prefix        = "sre-review-start-"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "secrets" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = values(var.secrets)
  }
}

resource "aws_iam_role_policy" "secrets" {
  count  = length(var.secrets) > 0 ? 1 : 0
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.secrets.json
}

resource "aws_cloudwatch_log_group" "review" {
  name              = "/sre-review"
  retention_in_days = 365
}

resource "aws_ecs_task_definition" "review" {
  family                   = "sre-review"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 2048
  memory                   = 4096
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn

  container_definitions = jsonencode([{
    name    = "review"
    image   = var.image
    command = ["run", $hcl_name, "--catch-up"]
    secrets = [for name, arn in var.secrets : { name = name, valueFrom = arn }]
    mountPoints = [
      { sourceVolume = "archive", containerPath = "/review/archive" },
      { sourceVolume = "reviews", containerPath = "/review/reviews" },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.review.name
        "awslogs-region"        = $hcl_region
        "awslogs-stream-prefix" = "run"
      }
    }
  }])

  dynamic "volume" {
    for_each = aws_efs_access_point.review

    content {
      name = volume.key

      efs_volume_configuration {
        file_system_id     = aws_efs_file_system.review.id
        transit_encryption = "ENABLED"

        authorization_config {
          access_point_id = volume.value.id
        }
      }
    }
  }
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "start" {
  statement {
    actions   = ["ecs:RunTask"]
    resources = ["$${aws_ecs_task_definition.review.arn_without_revision}:*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.task.arn, aws_iam_role.execution.arn]
  }
}

resource "aws_iam_role" "scheduler" {
  name_prefix        = "sre-review-schedule-"
  assume_role_policy = data.aws_iam_policy_document.scheduler.json
}

resource "aws_iam_role_policy" "scheduler" {
  role   = aws_iam_role.scheduler.id
  policy = data.aws_iam_policy_document.start.json
}

resource "aws_scheduler_schedule" "review" {
  name                         = "sre-review"
  schedule_expression          = "cron(0 7 ? * $aws_day *)"
  schedule_expression_timezone = $hcl_timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.cluster_arn
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.review.arn
      launch_type         = "FARGATE"

      network_configuration {
        subnets         = var.subnets
        security_groups = var.security_groups
      }
    }

    retry_policy {
      maximum_retry_attempts = 3
    }
  }
}
