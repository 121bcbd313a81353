const HEAD = `# For Prometheus: all targets of this release. Take it as it is, or its jobs into a configuration of your own.
#   prometheus --config.file=/var/lib/zonewright/current/monitoring/prometheus.yml
`;

/** `prometheus.yml`, beside the targets that it names. `blackbox`: where the black-box exporter listens. */
export function printPrometheus(blackbox: string): string {
  return `${HEAD}global:
  scrape_interval: 30s

scrape_configs:
  - job_name: zonewright-dns
    metrics_path: /probe
    file_sd_configs:
      - files: [dns.json]
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__address__]
        target_label: instance
      - target_label: __address__
        replacement: ${JSON.stringify(blackbox)}

  - job_name: zonewright-nodes
    file_sd_configs:
      - files: [exporters.json]
    relabel_configs:
      - source_labels: [exporter]
        target_label: job
`;
}
